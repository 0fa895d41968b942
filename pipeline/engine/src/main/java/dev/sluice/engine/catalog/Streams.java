package dev.sluice.engine.catalog;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams that there are, the results of views among them, and the tables that they are joined
 * with, as of now. Never waits.
 */
public interface Streams {

  @Nullable CatalogStream find(String name);

  /** All streams, by name; the results of views are among them. */
  Collection<CatalogStream> all();

  /**
   * A stream as it was, or is, with a schema: what is of its fields is of that one's.
   *
   * @param schema an id; one that the stream never had is taken for its present one
   * @return null if there is no stream of the name
   */
  default @Nullable CatalogStream find(String name, int schema) {
    return find(name);
  }

  /** The schemas that a stream or view has and had, in the order of their versions. */
  default List<SchemaVersion> schemas(String name) {
    return List.of();
  }

  /** A reference table; null if there is none of the name. */
  default @Nullable CatalogTable findTable(String name) {
    return null;
  }

  /** All reference tables, by name. */
  default Collection<CatalogTable> tables() {
    return List.of();
  }

  /**
   * Calls the listener with the name of every stream and table that was declared, changed or
   * deleted from now on, after the snapshot shows it. The listener must not wait.
   */
  void onChange(Consumer<String> listener);
}
