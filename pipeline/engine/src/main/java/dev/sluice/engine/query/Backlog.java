package dev.sluice.engine.query;

import dev.sluice.engine.query.Conflation.Held;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.resume.Place;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber has not read yet, in order. Rows may give way to newer ones of their groups, so
 * that it holds no more of them than about twice the groups.
 *
 * <p>Counts bytes and bounds nothing: {@link Subscriber} decides. Not safe for use by several
 * threads.
 */
final class Backlog {
  /** All are looked at again when one in so many is new: so often each is looked at, about. */
  private static final int LOOKS = 8;

  private final Format format;
  private final RowEncoder encoder;
  private final BufferMeters meters;
  private Deque<Entry> entries = new ArrayDeque<>();
  private final Map<Kind, Conflation> shared = new EnumMap<>(Kind.class);
  private @Nullable Conflation own;
  private int unswept;
  private int bytes;
  private long lost;
  private long shown = Long.MIN_VALUE;

  Backlog(Format format, RowEncoder encoder, BufferMeters meters) {
    this.format = format;
    this.encoder = encoder;
    this.meters = meters;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Bytes that wait. */
  int bytes() {
    sweep();
    return bytes;
  }

  /** Whether no more bytes wait than these. */
  boolean isWithin(long most) {
    return bytes <= most;
  }

  /** Number of final rows that have given way since it was last asked. */
  long takeLost() {
    long rows = lost;
    lost = 0;
    return rows;
  }

  /** Adds a notice; a watermark replaces one that is the last thing in it. */
  void add(Notice notice) {
    append(new Fixed(notice, notice.encoded(format).length));
  }

  /**
   * Adds final rows, none of which ever gives way.
   *
   * @param told the same as it is to be sent
   */
  void add(RowChunk chunk, Told told) {
    if (own != null) {
      own.settle(chunk);
    }
    append(new Fixed(told, told.encoded(format).length));
  }

  /**
   * Adds rows to which older ones of their groups give way, as they will to newer ones.
   *
   * @param offered what all were offered, whatever they have had; null if nobody else was
   * @param had what is before this place does not come
   */
  void conflate(RowChunk chunk, @Nullable Held offered, @Nullable Place had, long left) {
    if (entries.isEmpty()) {
      own = null;
      shared.clear();
    }
    Held held = offered;
    if (own != null || held == null || isOfOthers(held.conflation(), chunk.kind())) {
      Conflation mine = ownConflation();
      mine.settle(chunk);
      held = mine.hold(chunk);
    }
    append(new Conflated(held, chunk, had, left));
  }

  /** Whether what came before was not offered to the same subscribers. */
  private boolean isOfOthers(Conflation conflation, Kind kind) {
    Conflation before = shared.put(kind, conflation);
    return before != null && before != conflation;
  }

  private Conflation ownConflation() {
    Conflation mine = own;
    if (mine == null) {
      mine = new Conflation();
      own = mine;
      for (Entry entry : entries) {
        if (entry instanceof Conflated conflated) {
          conflated.moveTo(mine);
        }
      }
    }
    return mine;
  }

  private int length(RowChunk chunk) {
    return chunk.with(encoder).encoded(format).length;
  }

  private void append(Entry entry) {
    put(entry);
    grow(entry.bytes());
    unswept++;
    if (LOOKS * unswept >= entries.size()) {
      sweep();
    }
  }

  private void put(Entry entry) {
    if (entry.isWatermark() && !entries.isEmpty() && entries.getLast().isWatermark()) {
      grow(-entries.removeLast().bytes());
    }
    entries.add(entry);
  }

  private void grow(int by) {
    bytes += by;
    meters.filled(by);
  }

  /** Looks at what is left of all that may have given way. */
  private void sweep() {
    if (unswept == 0 || (own == null && shared.isEmpty())) {
      return;
    }
    Deque<Entry> all = entries;
    entries = new ArrayDeque<>();
    for (Entry entry : all) {
      if (!(entry instanceof Conflated conflated) || conflated.isLeft()) {
        put(entry);
      }
    }
    unswept = 0;
  }

  /** What is next, as it is to be sent; null if nothing is. */
  @Nullable Told peek() {
    while (entries.peek() instanceof Conflated next) {
      RowChunk left = next.letGo();
      remove();
      if (left.rows() > 0) {
        shows(left);
        Fixed first = new Fixed(left.with(encoder, next.left), length(left));
        entries.addFirst(first);
        grow(first.bytes);
      }
    }
    return entries.peek() instanceof Fixed next ? next.event : null;
  }

  /** Takes out what is next. */
  void remove() {
    grow(-entries.remove().bytes());
  }

  /** Says that rows are sent. */
  void shows(RowChunk chunk) {
    if (chunk.kind() == Kind.UPDATE) {
      shown = Math.max(shown, chunk.window());
    }
  }

  void clear() {
    while (!entries.isEmpty()) {
      if (entries.peek() instanceof Conflated conflated) {
        conflated.held.release();
      }
      remove();
    }
  }

  private sealed interface Entry {
    int bytes();

    default boolean isWatermark() {
      return false;
    }
  }

  private record Fixed(Told event, int bytes) implements Entry {
    @Override
    public boolean isWatermark() {
      return event.kind() == Kind.WATERMARK;
    }
  }

  /** Rows that may give way to others, before they are next. */
  private final class Conflated implements Entry {
    private final boolean isFinal;
    private final long left;
    private final int whole;
    private final int offered;
    private Held held;
    private @Nullable Place had;
    private int rows;

    Conflated(Held held, RowChunk chunk, @Nullable Place had, long left) {
      RowChunk shared = held.chunk();
      this.isFinal = chunk.kind() == Kind.ROW;
      this.left = left;
      this.whole = length(shared);
      this.offered = shared.rows();
      this.held = held;
      this.had = had;
      this.rows = chunk.rows();
      held.take();
    }

    @Override
    public int bytes() {
      return (int) ((long) whole * rows / offered);
    }

    boolean isLeft() {
      see(held.rows(shown, had));
      if (rows == 0) {
        held.release();
      }
      return rows > 0;
    }

    RowChunk letGo() {
      RowChunk rest = held.left(shown, had);
      held.release();
      see(rest.rows());
      return rest;
    }

    void moveTo(Conflation other) {
      held = other.hold(letGo());
      had = null;
      held.take();
    }

    private void see(int now) {
      lost += isFinal ? rows - now : 0;
      int before = bytes();
      rows = now;
      grow(bytes() - before);
    }
  }
}
