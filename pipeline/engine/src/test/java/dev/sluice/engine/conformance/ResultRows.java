package dev.sluice.engine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.LiveQuery.OutputColumn;
import dev.sluice.model.stream.FieldType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows as values of their columns' types, whoever they are from, and whether they are the same. */
public final class ResultRows {
  private static final double TOLERANCE = 1e-12;
  private static final JsonMapper JSON = JsonMapper.shared();

  private ResultRows() {}

  /** What Sluice answered, a JSON object each. */
  public static List<List<@Nullable Object>> answered(
      List<OutputColumn> columns, List<String> rows) {
    return rows.stream().map(row -> answered(columns, JSON.readTree(row))).toList();
  }

  public static List<@Nullable Object> answered(List<OutputColumn> columns, JsonNode row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (OutputColumn column : columns) {
      values.add(value(column.type(), row.get(column.name())));
    }
    return values;
  }

  /** What somebody wrote down: JSON arrays of a value for each column. */
  public static List<List<@Nullable Object>> written(
      List<OutputColumn> columns, List<JsonNode> rows) {
    List<List<@Nullable Object>> written = new ArrayList<>();
    for (JsonNode row : rows) {
      assertThat(row.size())
          .as("%s has a value for each of %s", row, columns)
          .isEqualTo(columns.size());
      List<@Nullable Object> values = new ArrayList<>();
      for (int c = 0; c < columns.size(); c++) {
        values.add(value(columns.get(c).type(), row.get(c)));
      }
      written.add(values);
    }
    return written;
  }

  private static @Nullable Object value(FieldType type, JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    return switch (type) {
      case LONG -> value.longValue();
      case DOUBLE -> value.doubleValue();
      case STRING -> value.stringValue();
      case BOOLEAN -> value.booleanValue();
      case TIMESTAMP -> Instant.parse(value.stringValue());
    };
  }

  /** PostgreSQL's values as the types that the query's columns have. */
  public static List<List<@Nullable Object>> typed(
      List<OutputColumn> columns, List<List<@Nullable Object>> rows) {
    List<List<@Nullable Object>> typed = new ArrayList<>();
    for (List<@Nullable Object> row : rows) {
      assertThat(columns).hasSameSizeAs(row);
      List<@Nullable Object> values = new ArrayList<>();
      for (int c = 0; c < columns.size(); c++) {
        values.add(typed(columns.get(c).type(), row.get(c)));
      }
      typed.add(values);
    }
    return typed;
  }

  private static @Nullable Object typed(FieldType type, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    return switch (type) {
      case LONG ->
          value instanceof BigDecimal decimal
              ? decimal.longValueExact()
              : value instanceof Number number && !(value instanceof Double)
                  ? number.longValue()
                  : value;
      case DOUBLE -> value instanceof Number number ? number.doubleValue() : value;
      case TIMESTAMP ->
          value instanceof LocalDateTime time ? time.toInstant(ZoneOffset.UTC) : value;
      case STRING, BOOLEAN -> value;
    };
  }

  public static List<List<@Nullable Object>> sorted(List<List<@Nullable Object>> rows) {
    return rows.stream()
        .map(row -> new Keyed(sortKey(row), row))
        .sorted(Comparator.comparing(Keyed::key))
        .map(Keyed::row)
        .toList();
  }

  private record Keyed(String key, List<@Nullable Object> row) {}

  /** Without the last digits of DOUBLEs, which may differ. */
  private static String sortKey(List<@Nullable Object> row) {
    StringBuilder key = new StringBuilder();
    for (Object value : row) {
      key.append(
              value instanceof Double number
                  ? String.format(Locale.ROOT, "%.9e", number == 0 ? 0.0 : number)
                  : value)
          .append(' ');
    }
    return key.toString();
  }

  /** DOUBLEs are equal to 12 digits. */
  public static void assertEqual(
      List<List<@Nullable Object>> actual, List<List<@Nullable Object>> expected) {
    for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
      if (!areEqual(actual.get(i), expected.get(i))) {
        assertThat(actual.get(i)).as("row %s of %s", i, actual).isEqualTo(expected.get(i));
      }
    }
    assertThat(actual).hasSameSizeAs(expected);
  }

  private static boolean areEqual(List<@Nullable Object> a, List<@Nullable Object> b) {
    for (int c = 0; c < b.size(); c++) {
      Object x = a.get(c);
      Object y = b.get(c);
      boolean equal =
          x instanceof Double left && y instanceof Double right
              ? Math.abs(left - right) <= TOLERANCE * Math.abs(right)
              : Objects.equals(x, y);
      if (!equal) {
        return false;
      }
    }
    return a.size() == b.size();
  }
}
