package dev.sluice.engine.catalog;

import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.view.ViewDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A view as it is to be.
 *
 * @param result the stream that it is
 * @param source the stream or view that it reads, as it was when the query was planned
 * @param joined the reference tables that its query joins, as they were then
 * @param kept what stays of the rows that are there; null: nothing
 */
public record PlannedView(
    ViewDefinition view,
    StreamDefinition result,
    CatalogStream source,
    List<CatalogTable> joined,
    @Nullable KeptRows kept) {
  public PlannedView {
    joined = List.copyOf(joined);
  }

  /** One of which nothing stays. */
  public PlannedView(
      ViewDefinition view,
      StreamDefinition result,
      CatalogStream source,
      List<CatalogTable> joined) {
    this(view, result, source, joined, null);
  }

  String name() {
    return view.name();
  }
}
