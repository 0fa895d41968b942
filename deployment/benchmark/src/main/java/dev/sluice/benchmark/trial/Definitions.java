package dev.sluice.benchmark.trial;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.engine.view.ViewCatalog;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Enters streams and views into the catalog, as a gateway does. */
public final class Definitions implements AutoCloseable {
  private static final long WITHIN_SECONDS = 60;
  private static final int TRIES = 10;
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);

  private final KafkaEventLog log;
  private final Catalog catalog;
  private final ViewCatalog views;

  public Definitions(Servers servers) {
    log = new KafkaEventLog(KafkaSettings.of(servers.kafka()));
    catalog = Catalog.open(CatalogSettings.of(servers.postgres()), log);
    views = new ViewCatalog(catalog, log, ViewSettings.DEFAULT);
  }

  public CatalogStream declare(StreamDefinition stream) throws Exception {
    await(catalog.declare(stream));
    return stream(stream.name());
  }

  /**
   * Defines a view.
   *
   * @return the stream of its rows
   */
  public CatalogStream define(String view, String sql, boolean table) throws Exception {
    return define(new ViewDefinition(view, sql, Late.COUNT, Duration.ofDays(7), table));
  }

  CatalogStream define(ViewDefinition view) throws Exception {
    await(views.declare(view));
    return stream(view.name());
  }

  /** A stream, or a view's, as it is now. */
  CatalogStream stream(String name) {
    return Objects.requireNonNull(catalog.find(name), name);
  }

  /** The views as they are now. */
  Collection<CatalogView> views() {
    return catalog.views();
  }

  /** Whether any is being built anew. */
  boolean isBuilding() {
    return catalog.kept().size() > catalog.views().size();
  }

  /** Begins to build a view anew, though Kafka or PostgreSQL may just have come back. */
  void rebuild(String view) throws Exception {
    await(views.rebuild(view, false).retryWhen(Retry.backoff(TRIES, FIRST_BACKOFF)));
  }

  public void drop(String view) throws Exception {
    await(catalog.deleteView(view));
  }

  private static <T> void await(Mono<T> change) throws Exception {
    change.toFuture().get(WITHIN_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    views.close();
    catalog.close();
    log.close();
  }
}
