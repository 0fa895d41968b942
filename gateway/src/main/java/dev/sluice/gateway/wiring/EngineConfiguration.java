package dev.sluice.gateway.wiring;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.query.LiveQueryEngine;
import dev.sluice.engine.query.RunningQueries;
import dev.sluice.engine.reference.ReferenceCopies;
import dev.sluice.engine.reference.References;
import dev.sluice.engine.reference.TableRows;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.silence.Heard;
import dev.sluice.engine.silence.Punctuator;
import dev.sluice.engine.table.PostgresViewRows;
import dev.sluice.engine.table.ViewRows;
import dev.sluice.engine.view.ViewCatalog;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.view.WebhookReach;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engine's objects, as beans; what was made last is closed first. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  Flow flow(MeterRegistry meters) {
    return new Flow(meters);
  }

  @Bean
  KafkaEventLog eventLog(
      LogProperties log,
      DedupeProperties dedupe,
      DeadLetterRetentionProperties deadLetters,
      SchemaRegistryProperties registry,
      Flow flow) {
    return new KafkaEventLog(log.toSettings(dedupe, deadLetters), registry.toRegistry(), flow);
  }

  @Bean
  Catalog catalog(CatalogProperties properties, EventLog log, SchemaRegistryProperties registry) {
    return Catalog.open(properties.toSettings(), log, registry.ids());
  }

  @Bean
  PostgresViewRows viewRows(Catalog catalog, CatalogProperties properties, Flow flow) {
    return new PostgresViewRows(
        properties.toSettings(),
        properties.queryConnections(),
        PostgresViewRows.tabled(catalog),
        flow);
  }

  @Bean
  ReferenceCopies references(CatalogProperties properties, TablesProperties tables, Clock clock) {
    return new ReferenceCopies(properties.toSettings(), tables.toSettings(), clock);
  }

  @Bean
  LiveQueryEngine liveQueries(
      Catalog catalog,
      EventLog log,
      ViewRows viewRows,
      References references,
      QueryProperties query,
      TailProperties tail,
      DedupeProperties dedupe,
      Clock clock,
      Flow flow) {
    LiveQueryEngine engine =
        new LiveQueryEngine(
            catalog,
            log,
            viewRows,
            references,
            new TokenCodec(catalog.resumeKey()),
            query.toSettings(tail, dedupe),
            clock,
            flow);
    engine.warmUp();
    return engine;
  }

  @Bean
  ViewCatalog viewCatalog(
      Catalog catalog,
      EventLog log,
      ViewsProperties views,
      WebhookProperties webhooks,
      QueryProperties query) {
    return new ViewCatalog(
        catalog,
        log,
        new ViewSettings(views.partitions(), query.maxListValues(), query.maxWindows()),
        new WebhookReach(webhooks.allow()));
  }

  @Bean
  TableRows tableRows(CatalogProperties properties) {
    return new TableRows(properties.toSettings());
  }

  @Bean
  RunningQueries runningQueries(LiveQueryEngine queries) {
    return queries.runningQueries();
  }

  @Bean
  Punctuator punctuator(EventLog log, LiveQueryEngine queries, Clock clock) {
    return new Punctuator(log, () -> Heard.of(queries.tails()), clock);
  }
}
