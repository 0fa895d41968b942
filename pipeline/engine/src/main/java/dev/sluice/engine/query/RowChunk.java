package dev.sluice.engine.query;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
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
  private final int rows;
  private final long windowStart;
  private final long @Nullable [] deleted;
  private final Map<RowEncoder, QueryEvent> encoded = new ConcurrentHashMap<>();

  /**
   * @param windowStart of all rows, ms of the epoch; {@link Long#MAX_VALUE} where there is no
   *     window
   * @param deleted {@link Bitmap} of the rows that are taken back, or null
   */
  RowChunk(Kind kind, Column[] columns, int rows, long windowStart, long @Nullable [] deleted) {
    this.kind = kind;
    this.columns = columns;
    this.rows = rows;
    this.windowStart = windowStart;
    this.deleted = deleted;
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

  long windowStart() {
    return windowStart;
  }

  boolean deleted(int row) {
    return Bitmap.get(deleted, row);
  }

  /** The first rows of it. */
  RowChunk head(int count) {
    return new RowChunk(kind, columns, count, windowStart, deleted);
  }

  QueryEvent with(RowEncoder encoder) {
    return encoded.computeIfAbsent(encoder, Encoded::new);
  }

  private final class Encoded implements QueryEvent {
    private final RowEncoder encoder;
    private final Map<Format, byte[]> formats = new EnumMap<>(Format.class);

    Encoded(RowEncoder encoder) {
      this.encoder = encoder;
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
    public synchronized byte[] encoded(Format format) {
      return formats.computeIfAbsent(format, f -> encoder.encode(RowChunk.this, f));
    }
  }
}
