package dev.sluice.engine.table;

import dev.sluice.engine.expression.Condition;
import dev.sluice.engine.expression.Condition.All;
import dev.sluice.engine.expression.Condition.Any;
import dev.sluice.engine.expression.Condition.Compared;
import dev.sluice.engine.expression.Condition.In;
import dev.sluice.engine.expression.Condition.Null;
import dev.sluice.engine.expression.InputColumn;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import io.r2dbc.spi.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The question that is put to PostgreSQL. Every value is bound; of texts it has names that are
 * {@link Identifiers} and nothing else.
 */
final class Pushdown {
  private final StreamDefinition stream;
  private final List<Object> bound = new ArrayList<>();
  private final String sql;

  Pushdown(ViewRows.Wanted wanted) {
    stream = wanted.stream().definition();
    List<String> conditions = new ArrayList<>();
    if (wanted.condition() != null) {
      add(conditions, text(wanted.condition()));
    }
    if (wanted.from() != Long.MIN_VALUE) {
      add(conditions, compared(Identifiers.TIME, " >= ", FieldType.TIMESTAMP, wanted.from()));
    }
    if (wanted.to() != Long.MAX_VALUE) {
      add(conditions, compared(Identifiers.TIME, " < ", FieldType.TIMESTAMP, wanted.to()));
    }
    for (int p = 0; p < wanted.offsets().length; p++) {
      if (wanted.offsets()[p] > 0) {
        conditions.add(
            "(_partition <> %s OR _offset >= %s)"
                .formatted(bind((long) p, "bigint"), bind(wanted.offsets()[p], "bigint")));
      }
    }
    sql =
        "SELECT _partition::bigint, _offset, _time, _watermark"
            + stream.fields().stream()
                .map(field -> ", " + Identifiers.column(field.name()))
                .collect(Collectors.joining())
            + " FROM "
            + Identifiers.table(stream.name())
            + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
            + " ORDER BY _partition, _offset";
  }

  private static void add(List<String> conditions, @Nullable String condition) {
    if (condition != null) {
      conditions.add(condition);
    }
  }

  String sql() {
    return sql;
  }

  Statement bindTo(Statement statement) {
    for (int i = 0; i < bound.size(); i++) {
      statement.bind(i, bound.get(i));
    }
    return statement;
  }

  /** Null if PostgreSQL cannot tell. */
  private @Nullable String text(Condition condition) {
    if (condition instanceof All all) {
      List<String> known =
          all.conditions().stream().map(this::text).filter(Objects::nonNull).toList();
      return known.isEmpty() ? null : "(" + String.join(" AND ", known) + ")";
    }
    if (condition instanceof Any any) {
      return any(any);
    }
    if (condition instanceof Null test) {
      String column = column(test.column());
      return column == null ? null : column + (test.wanted() ? " IS NULL" : " IS NOT NULL");
    }
    if (condition instanceof In in) {
      return in(in);
    }
    Compared compared = (Compared) condition;
    String column = column(compared.column());
    String comparison =
        switch (compared.how()) {
          case EQUAL -> " = ";
          case NOT_EQUAL -> " <> ";
          case LESS -> " < ";
          case AT_MOST -> " <= ";
          case GREATER -> " > ";
          case AT_LEAST -> " >= ";
        };
    return column == null
        ? null
        : compared(column, comparison, compared.column().type(), compared.value());
  }

  private @Nullable String any(Any any) {
    int before = bound.size();
    List<String> each = new ArrayList<>();
    for (Condition condition : any.conditions()) {
      String text = text(condition);
      if (text == null) {
        return nothing(before);
      }
      each.add(text);
    }
    return "(" + String.join(" OR ", each) + ")";
  }

  /** Takes back what was bound for something that is not asked after all. */
  private @Nullable String nothing(int boundBefore) {
    bound.subList(boundBefore, bound.size()).clear();
    return null;
  }

  private @Nullable String compared(
      String column, String comparison, FieldType type, Object value) {
    Object parameter = parameter(type, value);
    return parameter == null ? null : column + comparison + bind(parameter, cast(type));
  }

  private @Nullable String in(In in) {
    String column = column(in.column());
    FieldType type = in.column().type();
    int before = bound.size();
    List<String> places = new ArrayList<>();
    for (Object value : in.values()) {
      Object parameter = column == null ? null : parameter(type, value);
      if (parameter == null) {
        return nothing(before);
      }
      places.add(bind(parameter, cast(type)));
    }
    return column + " IN (" + String.join(", ", places) + ")";
  }

  private @Nullable String column(InputColumn column) {
    List<Field> fields = stream.fields();
    if (column.index() < fields.size()) {
      return Identifiers.column(fields.get(column.index()).name());
    }
    if (column.index() == PseudoColumn.PARTITION.index(stream)) {
      return Identifiers.PARTITION;
    }
    return column.index() == PseudoColumn.OFFSET.index(stream) ? Identifiers.OFFSET : null;
  }

  private String bind(Object value, String cast) {
    bound.add(value);
    return "$" + bound.size() + "::" + cast;
  }

  /** Null if PostgreSQL has no such value. */
  private static @Nullable Object parameter(FieldType type, Object value) {
    return switch (type) {
      case STRING -> value.toString().indexOf('\0') < 0 ? value : null;
      case LONG, DOUBLE -> value;
      case BOOLEAN -> value.equals(1L);
      case TIMESTAMP -> time((Long) value);
    };
  }

  private static @Nullable OffsetDateTime time(long millis) {
    return PostgresTimes.has(millis) ? PostgresTimes.of(millis) : null;
  }

  private static String cast(FieldType type) {
    return type == FieldType.STRING ? "text" : Identifiers.type(type);
  }
}
