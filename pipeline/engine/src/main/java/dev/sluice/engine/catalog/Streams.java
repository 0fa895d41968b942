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
