package dev.sluice.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A device's bounded buffer: what was taken, from then until it is acked and the ack has been
 * handed on. One monitor guards it; nothing outside is called while it is held.
 */
final class Outbox implements Intake {
  private final SluiceDevice device;
  private final DeviceOptions.Buffer buffer;
  private final DeviceOptions.Framing framing;
  private final WhenFull whenFull;
  private final long linger;

  private final boolean onDisk;

  private final Deque<Item> events = new ArrayDeque<>();
  private final Deque<Frame> ready = new ArrayDeque<>();
  private final Deque<Frame> inFlight = new ArrayDeque<>();
  private final Set<Frame> retrying = new LinkedHashSet<>();
  private final Deque<Item> waiting = new ArrayDeque<>();
  private final Set<Sending<?>> sendings = new LinkedHashSet<>();

  private @Nullable Outbound current;
  private @Nullable SluiceException refusal;
  private long eventBytes;
  private int heldEvents;
  private long heldBytes;

  private long taken;
  private long sent;
  private long resent;
  private long acked;
  private long rejected;
  private long failed;
  private long dropped;
  private long buffered;
  private long connections;

  Outbox(DeviceOptions options, SluiceDevice device) {
    this.device = device;
    this.buffer = options.buffer();
    this.framing = options.framing();
    this.whenFull = options.whenFull();
    this.onDisk = options.disk() != null;
    this.linger = framing.linger().toNanos();
  }

  /**
   * @throws SluiceException if the device takes no more, or could never hold the item
   */
  synchronized void check(Item item) {
    if (refusal != null) {
      throw refusal;
    }
    if (item.events > buffer.events() || item.json.length > buffer.bytes()) {
      throw new SluiceException(
          SluiceException.TOO_LARGE,
          "the buffer holds %d events, %d bytes: was %d events, %d bytes"
              .formatted(buffer.events(), buffer.bytes(), item.events, item.json.length));
    }
  }

  @Override
  public synchronized Entry add(Item item, boolean wait, long now) {
    check(item);
    if (whenFull == WhenFull.DROP_OLDEST && !onDisk) {
      dropFor(item);
    }
    if (waiting.isEmpty() && hasRoom(item)) {
      take(item, now);
      return Entry.TAKEN;
    }
    if (wait) {
      waiting.add(item);
      return Entry.WAITING;
    }
    return Entry.FULL;
  }

  private boolean hasRoom(Item item) {
    return heldEvents + item.events <= buffer.events()
        && heldBytes + item.json.length <= buffer.bytes();
  }

  /** Those that are in a frame already are on their way. */
  private void dropFor(Item item) {
    while (!hasRoom(item) && !events.isEmpty()) {
      Item oldest = events.remove();
      eventBytes -= oldest.json.length + 1;
      buffered -= oldest.events;
      dropped += oldest.events;
      free(oldest);
    }
  }

  /**
   * Lets in what was on the disk, also while the device takes no more. What an earlier process with
   * a larger buffer left goes alone.
   */
  synchronized boolean takeBack(Item item, long now) {
    boolean room = hasRoom(item) || heldEvents == 0;
    if (room) {
      take(item, now);
    }
    return room;
  }

  private void take(Item item, long now) {
    item.taken = now;
    heldEvents += item.events;
    heldBytes += item.json.length;
    taken += item.events;
    buffered += item.events;
    if (item.wholeFrame) {
      ready.add(Frame.of(item));
    } else {
      events.add(item);
      eventBytes += item.json.length + 1;
    }
  }

  @Override
  public void release(List<Item> items) {
    admit(items, device.now()).forEach(Sending::admitted);
    device.drain();
  }

  synchronized void free(Item item) {
    heldEvents -= item.events;
    heldBytes -= item.json.length;
  }

  private synchronized List<Sending<?>> admit(List<Item> settled, long now) {
    settled.forEach(this::free);
    List<Sending<?>> admitted = List.of();
    while (!waiting.isEmpty() && hasRoom(waiting.element())) {
      Item item = waiting.remove();
      take(item, now);
      if (item.owner != null) {
        admitted = admitted.isEmpty() ? new ArrayList<>() : admitted;
        admitted.add(item.owner);
      }
    }
    return admitted;
  }

  /** The next frame for this connection, which is then in flight on it; null if none is due. */
  synchronized @Nullable Frame poll(Outbound connection, long now) {
    if (connection != current) {
      return null;
    }
    Frame frame = ready.poll();
    if (frame == null && isDue(now)) {
      frame = cut();
    }
    if (frame != null) {
      inFlight.add(frame);
      if (frame.sent++ == 0) {
        sent += frame.events;
      } else {
        resent += frame.events;
      }
    }
    return frame;
  }

  private boolean isDue(long now) {
    return !events.isEmpty()
        && (events.size() >= framing.events()
            || eventBytes >= framing.bytes()
            || now - events.element().taken >= linger
            || !waiting.isEmpty()
            || refusal != null);
  }

  private Frame cut() {
    List<Item> items = new ArrayList<>(Math.min(events.size(), framing.events()));
    int length = 1;
    while (!events.isEmpty() && items.size() < framing.events()) {
      length += events.element().json.length + 1;
      if (length > framing.bytes() && !items.isEmpty()) {
        break;
      }
      Item item = events.remove();
      eventBytes -= item.json.length + 1;
      items.add(item);
    }
    return Frame.of(items);
  }

  /** Nanoseconds until the oldest unframed event is due; negative if there is none. */
  synchronized long untilDue(long now) {
    return events.isEmpty() ? -1 : Math.max(0, events.element().taken + linger - now);
  }

  synchronized void open(Outbound connection) {
    current = connection;
    connections++;
  }

  /** What was in flight on the lost connection is the next to go, in the same order. */
  synchronized void lost(Outbound connection) {
    if (connection == current) {
      current = null;
      for (Iterator<Frame> last = inFlight.descendingIterator(); last.hasNext(); ) {
        ready.addFirst(last.next());
      }
      inFlight.clear();
    }
  }

  /**
   * The oldest frame in flight has an answer.
   *
   * @return the frame; null if the connection was given up meanwhile
   * @throws SluiceException if none is in flight
   */
  synchronized @Nullable Frame answered(Outbound connection, Wire.Answer answer) {
    if (connection != current) {
      return null;
    }
    Frame frame = inFlight.poll();
    if (frame == null) {
      throw new SluiceException(SluiceException.PROTOCOL, "an ack came for a frame not sent");
    }
    if (answer instanceof Wire.Answer.Again) {
      frame.retries++;
      retrying.add(frame);
    } else {
      buffered -= frame.events;
      if (answer instanceof Wire.Answer.Done done) {
        acked += done.accepted();
        rejected += done.rejected().size();
      } else {
        rejected += frame.events;
      }
    }
    return frame;
  }

  synchronized void retry(Frame frame) {
    if (retrying.remove(frame)) {
      ready.addFirst(frame);
    }
  }

  @Override
  public synchronized void register(Sending<?> sending) {
    if (refusal != null) {
      throw refusal;
    }
    sendings.add(sending);
  }

  @Override
  public synchronized void forget(Sending<?> sending) {
    sendings.remove(sending);
    waiting.removeIf(item -> item.owner == sending);
  }

  @Override
  public synchronized void refuse(SluiceException reason) {
    if (refusal == null) {
      refusal = reason;
    }
  }

  @Override
  public synchronized List<Sending<?>> abandon(SluiceException reason) {
    refusal = reason;
    current = null;
    if (!onDisk) {
      failed += buffered;
      buffered = 0;
    }
    events.clear();
    ready.clear();
    inFlight.clear();
    retrying.clear();
    waiting.clear();
    List<Sending<?>> left = List.copyOf(sendings);
    sendings.clear();
    return left;
  }

  @Override
  public synchronized boolean isDrained() {
    return buffered == 0 && waiting.isEmpty();
  }

  @Override
  public synchronized DeviceCounters counters() {
    return new DeviceCounters(
        taken, sent, resent, acked, rejected, failed, dropped, buffered, connections);
  }
}
