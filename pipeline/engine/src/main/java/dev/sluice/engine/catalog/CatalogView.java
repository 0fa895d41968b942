package dev.sluice.engine.catalog;

import dev.sluice.model.stream.ViewSource.Kind;
import dev.sluice.model.view.ViewDefinition;
import java.time.Instant;
import java.util.Objects;

/**
 * A view as the catalog has it.
 *
 * @param reads the stream or view that it reads
 * @param stream its result, under the view's name: only the pipeline writes it
 */
public record CatalogView(ViewDefinition definition, SourceRead reads, CatalogStream stream) {

  /** Name of the stream or view that it reads. */
  public String source() {
    return reads.name();
  }

  public String name() {
    return definition.name();
  }

  /** No other view ever has the same: it tells a view's data from all others'. */
  public long generation() {
    return stream.generation();
  }

  /** The group of those who read for it, in the log. */
  public String group() {
    return "sluice.view." + name() + "." + generation();
  }

  /** The group of those who tell its webhook. */
  public String webhookGroup() {
    return group() + ".webhook";
  }

  /** What rows it has. */
  public Kind kind() {
    return Objects.requireNonNull(stream.definition().view(), name()).kind();
  }

  public Instant created() {
    return stream.created();
  }
}
