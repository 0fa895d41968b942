package dev.sluice.engine.sql;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.calcite.sql.SqlIdentifier;
import org.jspecify.annotations.Nullable;

/** The streams and reference tables as they are while one query is planned. */
final class StreamNames {
  private final Map<String, StreamDefinition> streams = new LinkedHashMap<>();
  private final Map<String, StreamDefinition> required = new LinkedHashMap<>();
  private final Map<String, CatalogTable> tables = new LinkedHashMap<>();
  private final Map<String, CatalogTable> joined = new LinkedHashMap<>();
  private final @Nullable String view;
  private final ReadRights rights;

  /**
   * @param view name of the view that it is planned for; null: for none
   * @param rights of who asks: what they must not read is not there, not even in a hint
   */
  StreamNames(Streams catalog, @Nullable String view, ReadRights rights) {
    this.view = view;
    this.rights = rights;
    for (CatalogStream stream : catalog.all()) {
      if (rights.mayRead(stream.definition().name())) {
        streams.put(stream.definition().name(), stream.definition());
      }
    }
    for (CatalogTable table : catalog.tables()) {
      if (rights.mayRead(table.name())) {
        tables.put(table.name(), table);
      }
    }
  }

  /** The reference table that the name, of whatever case, stands for; null if it is none. */
  @Nullable CatalogTable findTable(SqlIdentifier name) {
    requireReadable(name);
    CatalogTable table = table(name);
    if (table != null) {
      joined.put(table.name(), table);
    }
    return table;
  }

  private void requireReadable(SqlIdentifier name) {
    if (name.isSimple()) {
      rights.require(name.getSimple().toLowerCase(Locale.ROOT));
    }
  }

  private @Nullable CatalogTable table(SqlIdentifier name) {
    return name.isSimple() ? tables.get(name.getSimple().toLowerCase(Locale.ROOT)) : null;
  }

  /** The reference tables that were found, each once. */
  Collection<CatalogTable> joined() {
    return joined.values();
  }

  /** The stream that the name, of whatever case, stands for. */
  StreamDefinition require(SqlIdentifier name) {
    if (name.isSimple() && name.getSimple().equalsIgnoreCase(view)) {
      throw Unsupported.problem(
          ProblemCode.VIEW_INVALID,
          name.getParserPosition(),
          "the view " + view + " would read itself: name another stream or view");
    }
    requireReadable(name);
    StreamDefinition stream =
        name.isSimple() ? streams.get(name.getSimple().toLowerCase(Locale.ROOT)) : null;
    if (table(name) != null) {
      throw Unsupported.at(
          name,
          "a query of a reference table alone",
          "its rows are at /v1/tables/"
              + name.getSimple().toLowerCase(Locale.ROOT)
              + "/rows; a stream is joined with it, FROM stream s JOIN table t ON s.column = t.key");
    }
    if (stream == null) {
      List<String> known = new ArrayList<>(streams.keySet());
      known.addAll(tables.keySet());
      String nearest = nearest(name, known);
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

  /** A name with a dot in it is one only in quotes. */
  private static @Nullable String nearest(SqlIdentifier name, List<String> known) {
    String whole = String.join(".", name.names);
    String nearest = Nearest.to(whole, known);
    if (nearest == null) {
      nearest = Nearest.to(name.names.get(name.names.size() - 1), known);
    }
    return nearest != null && nearest.indexOf('.') >= 0 ? '"' + nearest + '"' : nearest;
  }

  /** Those that were required, in the order of their first time. */
  Collection<StreamDefinition> required() {
    return required.values();
  }

  /** Names of all columns that there are. */
  List<String> columns() {
    return Stream.concat(
            streams.values().stream().flatMap(s -> s.fields().stream()),
            tables.values().stream().flatMap(t -> t.definition().fields().stream()))
        .map(Field::name)
        .distinct()
        .toList();
  }
}
