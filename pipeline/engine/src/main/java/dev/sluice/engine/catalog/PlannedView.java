package dev.sluice.engine.catalog;

import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.view.ViewDefinition;
import java.util.List;

/**
 * A view as it is to be.
 *
 * @param result the stream that it is
 * @param source the stream or view that it reads, as it was when the query was planned
 * @param joined the reference tables that its query joins, as they were then
 */
public record PlannedView(
    ViewDefinition view, StreamDefinition result, CatalogStream source, List<CatalogTable> joined) {
  public PlannedView {
    joined = List.copyOf(joined);
  }

  String name() {
    return view.name();
  }
}
