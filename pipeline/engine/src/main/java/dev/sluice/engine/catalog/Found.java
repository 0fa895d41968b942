package dev.sluice.engine.catalog;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A row of the catalog: a stream, or a view with its result. */
record Found(CatalogStream stream, @Nullable CatalogView view, boolean deleting) {
  boolean isView() {
    return view != null;
  }

  CatalogView requireView() {
    return Objects.requireNonNull(view, name());
  }

  String name() {
    return stream.definition().name();
  }
}
