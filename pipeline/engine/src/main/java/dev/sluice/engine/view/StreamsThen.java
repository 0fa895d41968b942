package dev.sluice.engine.view;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.catalog.Streams;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams that there are, one of them as it was.
 *
 * @param then that one
 */
record StreamsThen(Streams streams, CatalogStream then) implements Streams {
  @Override
  public @Nullable CatalogStream find(String name) {
    return name.equals(then.definition().name()) ? then : streams.find(name);
  }

  @Override
  public Collection<CatalogStream> all() {
    return streams.all().stream()
        .map(stream -> stream.definition().name().equals(then.definition().name()) ? then : stream)
        .toList();
  }

  @Override
  public @Nullable CatalogTable findTable(String name) {
    return streams.findTable(name);
  }

  @Override
  public Collection<CatalogTable> tables() {
    return streams.tables();
  }

  @Override
  public void onChange(Consumer<String> listener) {
    streams.onChange(listener);
  }
}
