package dev.sluice.engine.query;

import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.resume.Place;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which rows are the newest of their groups: of the others nothing is of interest to who is behind.
 * That is found out once for all who are offered the same rows, and only if one of them is behind.
 *
 * <p>Holds a row per group of what is in a {@link Backlog}. Any thread.
 */
final class Conflation {
  private final Map<ByteBuffer, Row> newest = new HashMap<>();
  private long chunks;

  /** Takes what is offered next, of which nobody has anything yet. */
  synchronized Held hold(RowChunk chunk) {
    return new Held(chunk, chunks++);
  }

  /** Lets go of the early rows in whose place others come. */
  synchronized void settle(RowChunk chunk) {
    for (int row = 0; !newest.isEmpty() && row < chunk.rows(); row++) {
      Row early = newest.remove(chunk.group(row, Kind.UPDATE));
      if (early != null) {
        early.held.live.clear(early.number);
      }
    }
  }

  private record Row(Held held, int number) {}

  /** Rows that were offered together, as far as none has come in their place. */
  final class Held {
    private final long order;
    private RowChunk chunk;
    private ByteBuffer[] groups = {};
    private BitSet live;
    private int holders;

    private Held(RowChunk chunk, long order) {
      this.chunk = chunk;
      this.order = order;
      this.live = all();
    }

    private BitSet all() {
      BitSet all = new BitSet(chunk.rows());
      all.set(0, chunk.rows());
      return all;
    }

    RowChunk chunk() {
      synchronized (Conflation.this) {
        return chunk;
      }
    }

    /** Says that one more is behind and has it. */
    void take() {
      synchronized (Conflation.this) {
        if (holders++ == 0) {
          groups =
              IntStream.range(0, chunk.rows()).mapToObj(chunk::group).toArray(ByteBuffer[]::new);
          for (int row = 0; row < groups.length; row++) {
            replaceOlder(row);
          }
        }
      }
    }

    private void replaceOlder(int row) {
      Row other = newest.get(groups[row]);
      if (other != null && other.held.order > order) {
        live.clear(row);
        return;
      }
      newest.put(groups[row], new Row(this, row));
      if (other != null) {
        other.held.live.clear(other.number);
      }
    }

    /** Says that one has it no more. */
    void release() {
      synchronized (Conflation.this) {
        if (--holders == 0) {
          for (int row = 0; row < groups.length; row++) {
            newest.remove(groups[row], new Row(this, row));
          }
        }
      }
    }

    /**
     * What is left of it for somebody.
     *
     * @param shown start of the newest window of which early rows were shown: of later ones there
     *     is nothing to take back
     * @param had what is before this place does not come
     */
    RowChunk left(long shown, @Nullable Place had) {
      synchronized (Conflation.this) {
        int[] left = live.stream().filter(row -> chunk.isNews(row, shown)).toArray();
        RowChunk rest = left.length == chunk.rows() ? chunk : chunk.select(left);
        return had == null ? rest : rest.to(had);
      }
    }

    /** Number of the rows that are left of it for somebody; lets go of what is left for nobody. */
    int rows(long shown, @Nullable Place had) {
      synchronized (Conflation.this) {
        if (2 * live.cardinality() < chunk.rows()) {
          compact();
        }
        int skipped = had == null ? 0 : chunk.had(had);
        return skipped == 0 && chunk.isAllNews(shown)
            ? live.cardinality()
            : (int) live.stream().filter(row -> row >= skipped && chunk.isNews(row, shown)).count();
      }
    }

    private void compact() {
      int[] left = live.stream().toArray();
      ByteBuffer[] before = groups;
      chunk = chunk.select(left);
      live = all();
      groups = new ByteBuffer[left.length];
      for (int row = 0; row < left.length; row++) {
        groups[row] = before[left[row]];
        newest.replace(groups[row], new Row(this, left[row]), new Row(this, row));
      }
    }

    Conflation conflation() {
      return Conflation.this;
    }
  }
}
