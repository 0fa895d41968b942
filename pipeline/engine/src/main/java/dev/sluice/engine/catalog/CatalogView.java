package dev.sluice.engine.catalog;

import dev.sluice.model.view.ViewDefinition;
import java.time.Instant;

/**
 * A view as the catalog has it.
 *
 * @param source name of the stream or view that it reads
 * @param stream its result, under the view's name: only the pipeline writes it
 */
public record CatalogView(ViewDefinition definition, String source, CatalogStream stream) {

  public String name() {
    return definition.name();
  }

  /** No other view ever has the same: it tells a view's data from all others'. */
  public long generation() {
    return stream.generation();
  }

  public Instant created() {
    return stream.created();
  }
}
