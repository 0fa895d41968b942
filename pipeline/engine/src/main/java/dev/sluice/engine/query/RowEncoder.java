package dev.sluice.engine.query;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.model.event.Column;
import dev.sluice.model.json.ColumnJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;

/** Writes rows under one list of column names; equal if the names are. */
final class RowEncoder {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .rootValueSeparator("")
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();

  /** The member that says that an early row is taken back. */
  static final String DELETED = "deleted";

  private static final SerializedString DELETED_MEMBER = new SerializedString(DELETED);
  private static final int BYTES_PER_ROW = 128;

  /** The member, or column, that says that a row was filled in. */
  static final String FILLED = "filled";

  private static final SerializedString FILLED_MEMBER = new SerializedString(FILLED);

  private final List<String> columns;
  private final boolean fills;
  private final SerializedString[] names;
  private final int hash;

  RowEncoder(List<String> names) {
    this(names, false);
  }

  /**
   * @param fills whether arrays say of each row whether it was filled in, at their end; objects say
   *     so where it was
   */
  RowEncoder(List<String> names, boolean fills) {
    this.columns = List.copyOf(names);
    this.fills = fills;
    this.hash = 31 * columns.hashCode() + Boolean.hashCode(fills);
    this.names = names.stream().map(SerializedString::new).toArray(SerializedString[]::new);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof RowEncoder encoder
            && fills == encoder.fills
            && columns.equals(encoder.columns));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /**
   * @param left rows that LIMIT allows from the first of these on; {@link Tokens#NO_LIMIT}
   */
  byte[] encode(RowChunk chunk, Format format, long left) {
    String kind = chunk.kind().name().toLowerCase(Locale.ROOT);
    byte[] before =
        switch (format) {
          case SSE -> ascii("\nevent: " + kind + "\ndata: ");
          case NDJSON, NDJSON_IDS -> ascii("{\"" + kind + "\": ");
          case JSON -> new byte[0];
        };
    byte[] after =
        switch (format) {
          case SSE -> ascii("\n\n");
          case NDJSON -> ascii("}\n");
          case NDJSON_IDS -> ascii("\"}\n");
          case JSON -> ascii(",");
        };
    ByteArrayOutputStream out = new ByteArrayOutputStream(BYTES_PER_ROW * chunk.rows());
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      for (int row = 0; row < chunk.rows(); row++) {
        if (format == Format.SSE) {
          out.writeBytes(ascii("id: " + chunk.token(row, left)));
        }
        out.write(before, 0, before.length);
        if (format == Format.JSON) {
          writeArray(json, chunk, row);
        } else {
          writeObject(json, chunk, row);
        }
        json.flush();
        if (format == Format.NDJSON_IDS) {
          out.writeBytes(ascii(", \"id\": \"" + chunk.token(row, left)));
        }
        if (format != Format.JSON || row < chunk.rows() - 1) {
          out.write(after, 0, after.length);
        }
      }
    }
    return out.toByteArray();
  }

  private void writeObject(JsonGenerator json, RowChunk chunk, int row) {
    json.writeStartObject();
    Column[] columns = chunk.columns();
    for (int c = 0; c < columns.length; c++) {
      json.writeName(names[c]);
      ColumnJson.write(json, columns[c], row);
    }
    if (chunk.deleted(row)) {
      json.writeName(DELETED_MEMBER);
      json.writeBoolean(true);
    }
    if (chunk.filled(row)) {
      json.writeName(FILLED_MEMBER);
      json.writeBoolean(true);
    }
    json.writeEndObject();
  }

  private void writeArray(JsonGenerator json, RowChunk chunk, int row) {
    json.writeStartArray();
    for (Column column : chunk.columns()) {
      ColumnJson.write(json, column, row);
    }
    if (fills) {
      json.writeBoolean(chunk.filled(row));
    }
    json.writeEndArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
