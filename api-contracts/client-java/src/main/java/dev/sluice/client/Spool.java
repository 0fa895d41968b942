package dev.sluice.client;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A disk before the {@link Outbox}: an item is written on the thread that hands it over, goes on
 * into memory as far as there is room, and is gone from the disk when it is acked. What did not fit
 * into memory is read back in order. Reading, deleting and forcing happen on a thread of its own,
 * never on the connection's. Its monitor is taken before the outbox's.
 */
final class Spool implements Intake {
  /** How many are read back before others get at the disk. */
  private static final int READ_AT_ONCE = 256;

  private final DiskBuffer options;
  private final WhenFull whenFull;
  private final SluiceDevice device;
  private final Outbox outbox;
  private final Segments segments;
  private final Scheduler disk = Schedulers.single(Schedulers.boundedElastic());

  /** Acked, and still on the disk: of what was in memory, which is bounded. */
  private final Queue<Item> released = new ConcurrentLinkedQueue<>();

  private final AtomicInteger working = new AtomicInteger();
  private final Deque<Item> waiting = new ArrayDeque<>();

  /** Whose the records are that are on the disk alone, in their order. */
  private final Deque<Run> owners = new ArrayDeque<>();

  private long dropped;
  private boolean closed;

  /** Items that one sending handed over one after the other. */
  private static final class Run {
    final Sending<?> owner;
    final long place;
    final long index;
    long length;

    Run(Item item, Sending<?> owner) {
      this.owner = owner;
      this.place = item.place;
      this.index = item.index;
    }

    boolean continuesWith(Item item) {
      return owner == item.owner && place + length == item.place && index + length == item.index;
    }
  }

  Spool(DiskBuffer options, WhenFull whenFull, SluiceDevice device, Outbox outbox) {
    this.options = options;
    this.whenFull = whenFull;
    this.device = device;
    this.outbox = outbox;
    this.segments = Segments.open(options);
  }

  /** Begins with what an earlier process left. */
  void start() {
    work();
    if (options.fsync() == DiskBuffer.Fsync.EVERY_SECOND) {
      disk.schedulePeriodically(this::force, 1, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public synchronized Entry add(Item item, boolean wait, long now) {
    outbox.check(item);
    Segment.Entry entry = entry(item);
    if (!segments.canEverHold(entry.size())) {
      throw new SluiceException(
          SluiceException.TOO_LARGE,
          "the disk buffer of %d bytes takes pieces of up to half of it: was %d bytes"
              .formatted(options.bytes(), entry.size()));
    }
    try {
      if (waiting.isEmpty() && makeRoom(entry)) {
        store(item, entry, now);
        return Entry.TAKEN;
      }
    } catch (IOException e) {
      throw Segments.failed(options.directory(), e);
    }
    if (wait) {
      waiting.add(item);
      return Entry.WAITING;
    }
    return Entry.FULL;
  }

  private boolean makeRoom(Segment.Entry entry) throws IOException {
    boolean room = segments.hasRoom(entry.size());
    while (!room && whenFull == WhenFull.DROP_OLDEST) {
      dropped += segments.dropOldest();
      room = segments.hasRoom(entry.size());
    }
    return room;
  }

  private static Segment.Entry entry(Item item) {
    return new Segment.Entry(item.json, item.wholeFrame);
  }

  private void store(Item item, Segment.Entry entry, long now) throws IOException {
    boolean next = segments.unread() == 0;
    item.place = segments.end();
    segments.append(entry);
    if (next && outbox.add(item, false, now) == Entry.TAKEN) {
      segments.skip(entry);
    } else if (item.owner != null) {
      own(item, item.owner);
    }
  }

  private void own(Item item, Sending<?> owner) {
    Run last = owners.peekLast();
    if (last == null || !last.continuesWith(item)) {
      last = new Run(item, owner);
      owners.add(last);
    }
    last.length++;
  }

  @Override
  public void release(List<Item> items) {
    released.addAll(items);
    work();
  }

  /** Frees what is acked, lets in what waited, and reads on; one thread does it. */
  private void work() {
    if (working.getAndIncrement() == 0) {
      try {
        disk.schedule(this::workOff);
      } catch (RejectedExecutionException closedMeanwhile) {
        // What is on the disk stays there.
      }
    }
  }

  private void workOff() {
    int missed = 1;
    do {
      workOnce();
      missed = working.addAndGet(-missed);
    } while (missed != 0);
  }

  private void workOnce() {
    try {
      free().forEach(Sending::admitted);
      boolean more;
      do {
        more = readOn();
        device.drain();
      } while (more);
      device.settled();
    } catch (IOException e) {
      device.end(Segments.failed(options.directory(), e));
    }
  }

  private synchronized List<Sending<?>> free() throws IOException {
    List<Sending<?>> admitted = new ArrayList<>();
    if (closed) {
      return admitted;
    }
    noteReleased();
    while (!waiting.isEmpty() && segments.hasRoom(entry(waiting.element()).size())) {
      Item item = waiting.remove();
      store(item, entry(item), device.now());
      if (item.owner != null) {
        admitted.add(item.owner);
      }
    }
    return admitted;
  }

  private void noteReleased() throws IOException {
    for (Item item = released.poll(); item != null; item = released.poll()) {
      outbox.free(item);
      segments.acked(item.place);
    }
    segments.removeAcked();
  }

  /** Whether there is more to read, and room for it. */
  private synchronized boolean readOn() throws IOException {
    for (int i = 0; i < READ_AT_ONCE; i++) {
      Segment.Entry entry = closed ? null : segments.peek();
      if (entry == null) {
        return false;
      }
      Item item = item(entry, segments.readPlace());
      if (!outbox.takeBack(item, device.now())) {
        return false;
      }
      segments.took(entry);
    }
    return true;
  }

  private Item item(Segment.Entry entry, long place) {
    Run run = owners.peek();
    while (run != null && run.place + run.length <= place) {
      owners.remove();
      run = owners.peek();
    }
    @Nullable Sending<?> owner = run != null && run.place <= place ? run.owner : null;
    long index = run != null ? run.index + place - run.place : 0;
    Item item =
        entry.wholeFrame()
            ? Item.frame(entry.json(), owner, index)
            : Item.event(entry.json(), owner, index);
    item.place = place;
    return item;
  }

  private void force() {
    try {
      segments.force();
    } catch (IOException e) {
      if (!isClosed()) {
        device.end(Segments.failed(options.directory(), e));
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** How many pieces the directory has taken since it was made. */
  synchronized long position() {
    return segments.end();
  }

  @Override
  public void register(Sending<?> sending) {
    outbox.register(sending);
  }

  @Override
  public synchronized void forget(Sending<?> sending) {
    outbox.forget(sending);
    waiting.removeIf(item -> item.owner == sending);
  }

  @Override
  public void refuse(SluiceException reason) {
    outbox.refuse(reason);
  }

  @Override
  public synchronized List<Sending<?>> abandon(SluiceException reason) {
    waiting.clear();
    owners.clear();
    closed = true;
    try {
      try {
        noteReleased();
      } finally {
        segments.close();
      }
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
    disk.dispose();
    return outbox.abandon(reason);
  }

  @Override
  public synchronized boolean isDrained() {
    return segments.unread() == 0 && waiting.isEmpty() && outbox.isDrained();
  }

  @Override
  public synchronized DeviceCounters counters() {
    return outbox.counters().withOnDisk(segments.unread(), dropped + segments.lost());
  }
}
