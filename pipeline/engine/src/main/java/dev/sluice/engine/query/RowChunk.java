package dev.sluice.engine.query;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.resume.Place;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a result that leave together; encoded once per column names and format, for however many
 * subscribers.
 */
final class RowChunk {
  /** Most rows in a chunk: small enough that a dropped one is no great loss. */
  static final int MAX_ROWS = 256;

  private final Kind kind;
  private final Column[] columns;
  private final Column @Nullable [] keys;
  private final int rows;
  private final long window;
  private final long @Nullable [] marked;
  private final Places places;
  private final Tokens tokens;
  private final Map<RowEncoder, Told> encoded = new ConcurrentHashMap<>();

  /**
   * @param keys the group of each row; null where there are no groups
   * @param window start of the window that all rows are of, ms of the epoch; {@link Long#MAX_VALUE}
   *     where there is no window
   * @param marked {@link Bitmap} of the early rows that are taken back, or of the final rows that
   *     were filled in; null: none
   */
  RowChunk(
      Kind kind,
      Column[] columns,
      Column @Nullable [] keys,
      int rows,
      long window,
      long @Nullable [] marked,
      Places places,
      Tokens tokens) {
    this.kind = kind;
    this.columns = columns;
    this.keys = keys;
    this.rows = rows;
    this.window = window;
    this.marked = marked;
    this.places = places;
    this.tokens = tokens;
  }

  Kind kind() {
    return kind;
  }

  Column[] columns() {
    return columns;
  }

  int rows() {
    return rows;
  }

  /** Whether an early row is taken back. */
  boolean deleted(int row) {
    return kind == Kind.UPDATE && Bitmap.get(marked, row);
  }

  /** Whether a final row was filled in: its group was silent. */
  boolean filled(int row) {
    return kind == Kind.ROW && Bitmap.get(marked, row);
  }

  /**
   * Whether a row is of interest to somebody.
   *
   * @param shown start of the newest window of which early rows were sent there: of later ones
   *     there is nothing to take back
   */
  boolean isNews(int row, long shown) {
    return isAllNews(shown) || !deleted(row);
  }

  boolean isAllNews(long shown) {
    return window <= shown || marked == null;
  }

  /** Start of the window that all rows are of, ms of the epoch. */
  long window() {
    return window;
  }

  /** Whether its rows are of groups. */
  boolean hasGroups() {
    return keys != null;
  }

  Place after(int row) {
    return places.after(row);
  }

  /** How many of its first rows somebody at a place has had. */
  int had(Place place) {
    return places.had(place, rows);
  }

  /** The token after a row, of somebody who may have {@code left} rows from its first on. */
  String token(int row, long left) {
    boolean counts = left != Tokens.NO_LIMIT && kind == Kind.ROW;
    return tokens.at(places.after(row), counts ? left - row - 1 : left);
  }

  /** A run of its rows. */
  RowChunk part(int start, int count) {
    int[] run = new int[count];
    for (int i = 0; i < count; i++) {
      run[i] = start + i;
    }
    return select(run);
  }

  /** Some of its rows, ascending. */
  RowChunk select(int[] selected) {
    int count = selected.length;
    long[] some = null;
    if (marked != null) {
      some = Bitmap.none(count);
      for (int i = 0; i < count; i++) {
        if (Bitmap.get(marked, selected[i])) {
          Bitmap.set(some, i);
        }
      }
    }
    return new RowChunk(
        kind,
        Columns.gather(columns, selected, count),
        keys == null ? null : Columns.gather(keys, selected, count),
        count,
        window,
        some,
        new Places.Some(places, selected),
        tokens);
  }

  /** What of it comes to somebody at a place, who may have had more than the others. */
  RowChunk to(Place had) {
    int skipped = had(had);
    RowChunk rest = skipped == 0 ? this : part(skipped, rows - skipped);
    if (rest.rows == 0 || Place.furthest(had, rest.after(0)).equals(rest.after(0))) {
      return rest;
    }
    return kind == Kind.UPDATE ? rest.at(had) : rest.in(new Places.Beyond(rest.places, had));
  }

  /** The same early rows after a place. */
  RowChunk at(Place place) {
    return in(new Places.Early(place, window));
  }

  private RowChunk in(Places others) {
    return new RowChunk(kind, columns, keys, rows, window, marked, others, tokens);
  }

  /** What is equal exactly for rows of which only the newest is of interest. */
  ByteBuffer group(int row) {
    return group(row, kind);
  }

  /** The same as of another kind: an early row and the final one that comes in its place. */
  ByteBuffer group(int row, Kind as) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    key.write(as.ordinal());
    if (as == Kind.UPDATE) {
      writeLong(key, window);
    }
    if (keys != null) {
      for (Column column : keys) {
        writeKey(key, column, row);
      }
    }
    return ByteBuffer.wrap(key.toByteArray());
  }

  private static void writeKey(ByteArrayOutputStream key, Column column, int row) {
    if (Bitmap.get(column.nulls(), row)) {
      key.write(0);
      return;
    }
    key.write(1);
    if (column instanceof StringColumn string) {
      byte[] utf8 = string.value(row);
      writeLong(key, utf8.length);
      key.writeBytes(utf8);
    } else if (column instanceof DoubleColumn doubles) {
      writeLong(key, Double.doubleToLongBits(doubles.values()[row]));
    } else {
      writeLong(key, ((LongColumn) column).values()[row]);
    }
  }

  private static void writeLong(ByteArrayOutputStream key, long value) {
    key.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
  }

  /** For everybody who has no LIMIT. */
  Told with(RowEncoder encoder) {
    Told known = encoded.get(encoder);
    return known != null
        ? known
        : encoded.computeIfAbsent(encoder, e -> new Encoded(e, Tokens.NO_LIMIT));
  }

  /** For one subscriber, whose tokens say how many rows it may still have. */
  Told with(RowEncoder encoder, long left) {
    return left == Tokens.NO_LIMIT ? with(encoder) : new Encoded(encoder, left);
  }

  private final class Encoded implements Told {
    private final RowEncoder encoder;
    private final long left;
    private final Map<Format, byte[]> formats = new EnumMap<>(Format.class);
    private @Nullable String token;

    Encoded(RowEncoder encoder, long left) {
      this.encoder = encoder;
      this.left = left;
    }

    @Override
    public Kind kind() {
      return kind;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public synchronized String token() {
      if (token == null) {
        token = RowChunk.this.token(rows - 1, left);
      }
      return token;
    }

    @Override
    public Told first(int count) {
      return count == rows ? this : part(0, count).with(encoder, left);
    }

    @Override
    public synchronized byte[] encoded(Format format) {
      return formats.computeIfAbsent(format, f -> encoder.encode(RowChunk.this, f, left));
    }
  }
}
