package dev.sluice.engine.sql;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlIdentifier;
import org.jspecify.annotations.Nullable;

/** The streams as they are while one query is planned. */
final class StreamNames {
  private final Map<String, StreamDefinition> streams = new LinkedHashMap<>();
  private final Map<String, StreamDefinition> required = new LinkedHashMap<>();
  private final @Nullable String view;

  /**
   * @param view name of the view that it is planned for; null: for none
   */
  StreamNames(Streams catalog, @Nullable String view) {
    this.view = view;
    for (CatalogStream stream : catalog.all()) {
      streams.put(stream.definition().name(), stream.definition());
    }
  }

  /** The stream that the name, of whatever case, stands for. */
  StreamDefinition require(SqlIdentifier name) {
    if (name.isSimple() && name.getSimple().equalsIgnoreCase(view)) {
      throw Unsupported.problem(
          ProblemCode.VIEW_INVALID,
          name.getParserPosition(),
          "the view " + view + " would read itself: name another stream or view");
    }
    StreamDefinition stream =
        name.isSimple() ? streams.get(name.getSimple().toLowerCase(Locale.ROOT)) : null;
    if (stream == null) {
      String nearest = Nearest.to(name.names.get(name.names.size() - 1), streams.keySet());
      String detail =
          "there is no stream "
              + name
              + (nearest == null
                  ? ": declare it, or look which there are at /v1/streams"
                  : "; did you mean " + nearest + "?");
      throw Unsupported.problem(ProblemCode.QUERY_UNKNOWN_TABLE, name.getParserPosition(), detail);
    }
    required.put(stream.name(), stream);
    return stream;
  }

  /** Those that were required, in the order of their first time. */
  Collection<StreamDefinition> required() {
    return required.values();
  }

  /** Names of all columns that there are. */
  List<String> columns() {
    return streams.values().stream()
        .flatMap(s -> s.fields().stream())
        .map(Field::name)
        .distinct()
        .toList();
  }
}
