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
 * @param fields of the source that the query reads; null: all may be
 * @param joined the reference tables that its query joins, as they were then
 * @param kept what stays of the rows that are there; null: nothing
 */
public record PlannedView(
    ViewDefinition view,
    StreamDefinition result,
    CatalogStream source,
    @Nullable List<String> fields,
    List<CatalogTable> joined,
    @Nullable KeptRows kept) {
  public PlannedView {
    fields = fields == null ? null : List.copyOf(fields);
    joined = List.copyOf(joined);
  }

  /** One of which nothing stays, and that may read all fields. */
  public PlannedView(
      ViewDefinition view,
      StreamDefinition result,
      CatalogStream source,
      List<CatalogTable> joined) {
    this(view, result, source, null, joined, null);
  }

  SourceRead reads() {
    return new SourceRead(source.definition().name(), source.schemaId(), fields);
  }

  String name() {
    return view.name();
  }
}
