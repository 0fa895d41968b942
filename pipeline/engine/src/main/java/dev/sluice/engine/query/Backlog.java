package dev.sluice.engine.query;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber has not read yet, in order. Rows may replace older ones of the same group, so
 * that it holds no more of them than there are groups.
 *
 * <p>Counts bytes and bounds nothing: {@link Subscriber} decides. Not safe for use by several
 * threads.
 */
final class Backlog {
  private final Format format;
  private final RowEncoder encoder;
  private final LinkedHashSet<Entry> entries = new LinkedHashSet<>();
  private final Map<ByteBuffer, Row> newest = new HashMap<>();
  private final Deque<Entry> unindexed = new ArrayDeque<>();
  private @Nullable Entry lastWatermark;
  private int bytes;

  Backlog(Format format, RowEncoder encoder) {
    this.format = format;
    this.encoder = encoder;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  int bytes() {
    return bytes;
  }

  /** Adds a notice; a watermark replaces one that is the last thing in it. */
  void add(Notice notice) {
    boolean watermark = notice.kind() == Kind.WATERMARK;
    Entry replaced = lastWatermark;
    if (watermark && replaced != null) {
      remove(replaced);
    }
    Entry entry = append(new Entry(notice, notice.encoded(format).length));
    lastWatermark = watermark ? entry : null;
  }

  /** Adds rows, none of which is ever replaced. */
  void add(RowChunk chunk, long left) {
    append(new Entry(chunk, left, format, encoder));
    lastWatermark = null;
  }

  /**
   * Adds rows in place of older ones of their groups.
   *
   * @return how many were replaced
   */
  int replace(RowChunk chunk, long left) {
    Entry entry = append(new Entry(chunk, left, format, encoder));
    lastWatermark = null;
    unindexed.add(entry);
    // Who reads in time never has two: only the second makes looking for groups worth its while.
    if (unindexed.size() == 1 && newest.isEmpty()) {
      return 0;
    }
    int replaced = 0;
    for (Entry added = unindexed.poll(); added != null; added = unindexed.poll()) {
      replaced += index(added);
    }
    return replaced;
  }

  private int index(Entry entry) {
    int replaced = 0;
    RowChunk chunk = entry.requireChunk();
    ByteBuffer[] groups = new ByteBuffer[chunk.rows()];
    entry.groups = groups;
    for (int row = 0; row < groups.length; row++) {
      groups[row] = chunk.group(row);
      Row older = newest.put(groups[row], new Row(entry, row));
      if (older != null) {
        remove(older);
        if (older.entry != entry && older.entry.isMostlyReplaced()) {
          compact(older.entry);
        }
        replaced++;
      }
    }
    return replaced;
  }

  private void remove(Row row) {
    Entry entry = row.entry;
    bytes -= entry.bytes;
    entry.remove(row.number);
    bytes += entry.bytes;
    if (entry.live == 0) {
      entries.remove(entry);
    }
  }

  /** Lets go of rows that were replaced, once they are most of a chunk. */
  private void compact(Entry entry) {
    int[] live = entry.liveRows();
    ByteBuffer[] before = entry.groups;
    entry.compact(live);
    ByteBuffer[] groups = new ByteBuffer[live.length];
    for (int row = 0; row < live.length; row++) {
      groups[row] = before[live[row]];
      newest.put(groups[row], new Row(entry, row));
    }
    entry.groups = groups;
  }

  private Entry append(Entry entry) {
    entries.add(entry);
    bytes += entry.bytes;
    return entry;
  }

  private void remove(Entry entry) {
    entries.remove(entry);
    bytes -= entry.bytes;
    unindexed.remove(entry);
    for (int row = 0; row < entry.groups.length; row++) {
      Row current = newest.get(entry.groups[row]);
      if (current != null && current.entry == entry && current.number == row) {
        newest.remove(entry.groups[row]);
      }
    }
    if (lastWatermark == entry) {
      lastWatermark = null;
    }
  }

  /** Takes the oldest out; there must be one. */
  Told poll() {
    Iterator<Entry> oldest = entries.iterator();
    Entry entry = oldest.next();
    remove(entry);
    return entry.event(encoder);
  }

  void clear() {
    entries.clear();
    newest.clear();
    unindexed.clear();
    lastWatermark = null;
    bytes = 0;
  }

  private record Row(Entry entry, int number) {}

  /** A notice, or a chunk of which some rows may have been replaced. */
  private static final class Entry {
    private static final ByteBuffer[] NONE = new ByteBuffer[0];

    private final @Nullable Notice notice;
    private @Nullable RowChunk chunk;
    private final long left;
    private final int whole;
    private final int rows;
    private @Nullable BitSet replaced;
    private ByteBuffer[] groups = NONE;
    private int live;
    private int bytes;

    Entry(Notice notice, int bytes) {
      this.notice = notice;
      this.left = Tokens.NO_LIMIT;
      this.whole = bytes;
      this.rows = 0;
      this.bytes = bytes;
    }

    Entry(RowChunk chunk, long left, Format format, RowEncoder encoder) {
      this.notice = null;
      this.chunk = chunk;
      this.left = left;
      this.whole = chunk.with(encoder, left).encoded(format).length;
      this.rows = chunk.rows();
      this.live = rows;
      this.bytes = whole;
    }

    RowChunk requireChunk() {
      if (chunk == null) {
        throw new IllegalStateException("a notice has no rows");
      }
      return chunk;
    }

    void remove(int row) {
      if (replaced == null) {
        replaced = new BitSet(requireChunk().rows());
      }
      replaced.set(row);
      live--;
      bytes = (int) ((long) whole * live / rows);
    }

    boolean isMostlyReplaced() {
      return live > 0 && 2 * live < requireChunk().rows();
    }

    int[] liveRows() {
      int[] rowsLeft = new int[live];
      BitSet gone = replaced == null ? new BitSet() : replaced;
      int row = -1;
      for (int i = 0; i < live; i++) {
        row = gone.nextClearBit(row + 1);
        rowsLeft[i] = row;
      }
      return rowsLeft;
    }

    void compact(int[] rowsLeft) {
      chunk = requireChunk().select(rowsLeft);
      replaced = null;
    }

    Told event(RowEncoder encoder) {
      if (notice != null) {
        return notice;
      }
      RowChunk whole = requireChunk();
      RowChunk rest = replaced == null ? whole : whole.select(liveRows());
      return rest.with(encoder, left);
    }
  }
}
