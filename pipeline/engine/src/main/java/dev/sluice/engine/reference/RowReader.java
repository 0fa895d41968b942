package dev.sluice.engine.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.avro.EventRow;
import dev.sluice.model.json.DecodedFrame;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameDecoder;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.json.Rejection;
import dev.sluice.model.problem.Malformed;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.table.TableDefinition;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Rows and keys as JSON, to values as PostgreSQL takes them: all of them, or none. */
final class RowReader {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final StreamDefinition rows;
  private final FrameDecoder decoder;

  private RowReader(StreamDefinition rows) {
    this.rows = rows;
    this.decoder = new FrameDecoder(rows, 0, FrameBounds.DEFAULT);
  }

  /**
   * Reads whole rows.
   *
   * @throws ProblemException TABLE_ROW_INVALID, with the row's number and the field; FRAME_… for
   *     what is no JSON, or too much of it
   */
  static List<@Nullable Object[]> rows(TableDefinition table, byte[] json, FrameFormat format) {
    return new RowReader(table.asEvents()).read(json, format);
  }

  /**
   * Reads an array of keys: objects of the key's fields, or its values where it is one field.
   *
   * @throws ProblemException as {@link #rows}
   */
  static List<@Nullable Object[]> keys(TableDefinition table, byte[] json) {
    JsonNode given;
    try {
      given = JSON.readTree(json);
    } catch (JacksonException e) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST, "the body must be a JSON array: " + Malformed.why(e))
          .toException();
    }
    if (!given.isArray()) {
      throw Problem.of(ProblemCode.BAD_REQUEST, "the body must be a JSON array of keys")
          .toException();
    }
    ArrayNode keys = JSON.createArrayNode();
    for (JsonNode key : given) {
      boolean bare = table.key().size() == 1 && !key.isObject();
      keys.add(bare ? JSON.createObjectNode().set(table.key().get(0), key) : key);
    }
    return new RowReader(table.keysAsEvents()).read(JSON.writeValueAsBytes(keys), FrameFormat.JSON);
  }

  private List<@Nullable Object[]> read(byte[] json, FrameFormat format) {
    DecodedFrame<@Nullable Object[]> frame =
        decoder.decodeRows(json, format, System.currentTimeMillis(), this::values);
    if (frame.problem() != null) {
      throw frame.problem().toException();
    }
    if (!frame.rejected().isEmpty()) {
      Rejection first = frame.rejected().get(0);
      throw invalid(first.index(), first.field(), first.detail());
    }
    List<@Nullable Object[]> read = new ArrayList<>(frame.events());
    for (int row = 0; row < read.size(); row++) {
      requireText(row, read.get(row));
    }
    return read;
  }

  /** PostgreSQL has no NUL in a text. */
  private void requireText(int row, @Nullable Object[] values) {
    for (int f = 0; f < values.length; f++) {
      if (values[f] instanceof String text && text.indexOf('\0') >= 0) {
        String field = rows.fields().get(f).name();
        throw invalid(row, field, field + " must be without NUL, which PostgreSQL has not");
      }
    }
  }

  private static ProblemException invalid(int row, @Nullable String field, String detail) {
    String whole = "row " + row + ": " + detail + "; nothing was changed";
    return (field == null
            ? Problem.of(ProblemCode.TABLE_ROW_INVALID, whole)
            : Problem.ofField(ProblemCode.TABLE_ROW_INVALID, field, whole))
        .toException();
  }

  private @Nullable Object[] values(EventRow row) {
    List<Field> fields = rows.fields();
    @Nullable Object[] values = new @Nullable Object[fields.size()];
    for (int f = 0; f < values.length; f++) {
      values[f] = row.hasValue(f) ? value(fields.get(f).type(), row, f) : null;
    }
    return values;
  }

  private static Object value(FieldType type, EventRow row, int field) {
    return switch (type) {
      case STRING -> new String(row.text(field), UTF_8);
      case LONG -> row.bits(field);
      case DOUBLE -> Double.longBitsToDouble(row.bits(field));
      case BOOLEAN -> row.bits(field) != 0;
      case TIMESTAMP ->
          OffsetDateTime.ofInstant(Instant.ofEpochMilli(row.bits(field)), ZoneOffset.UTC);
    };
  }
}
