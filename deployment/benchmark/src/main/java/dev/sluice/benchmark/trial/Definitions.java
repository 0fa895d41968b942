package dev.sluice.benchmark.trial;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.engine.view.ViewCatalog;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/** Enters a stream and its views into the catalog, as a gateway does, and is gone then. */
final class Definitions {
  private static final long WITHIN_SECONDS = 60;

  private Definitions() {}

  /**
   * Declares a stream, and defines views of it.
   *
   * @param views their SQL by their names
   * @return the stream and the views' streams, by their names
   */
  static Map<String, CatalogStream> enter(
      Servers servers, StreamDefinition stream, Map<String, String> views, boolean tables)
      throws Exception {
    Map<String, CatalogStream> entered = new LinkedHashMap<>();
    try (KafkaEventLog log = new KafkaEventLog(KafkaSettings.of(servers.kafka()));
        Catalog catalog = Catalog.open(CatalogSettings.of(servers.postgres()), log);
        ViewCatalog definer = new ViewCatalog(catalog, ViewSettings.DEFAULT)) {
      await(catalog.declare(stream));
      entered.put(stream.name(), Objects.requireNonNull(catalog.find(stream.name())));
      for (Map.Entry<String, String> view : views.entrySet()) {
        await(
            definer.declare(
                new ViewDefinition(
                    view.getKey(), view.getValue(), Late.COUNT, Duration.ofDays(7), tables)));
        entered.put(view.getKey(), Objects.requireNonNull(catalog.find(view.getKey())));
      }
    }
    return entered;
  }

  private static <T> void await(Mono<T> change) throws Exception {
    change.toFuture().get(WITHIN_SECONDS, TimeUnit.SECONDS);
  }
}
