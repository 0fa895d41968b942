package dev.sluice.benchmark;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A catalog of one stream that never changes, for an engine without a gateway. */
record OneStream(CatalogStream stream) implements Streams {
  @Override
  public @Nullable CatalogStream find(String name) {
    return stream.definition().name().equals(name) ? stream : null;
  }

  @Override
  public Collection<CatalogStream> all() {
    return List.of(stream);
  }

  @Override
  public void onChange(Consumer<String> listener) {
    // There is nothing to hear of.
  }
}
