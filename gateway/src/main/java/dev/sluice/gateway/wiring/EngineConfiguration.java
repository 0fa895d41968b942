package dev.sluice.gateway.wiring;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.kafka.KafkaEventLog;
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
  KafkaEventLog eventLog(LogProperties log, DedupeProperties dedupe) {
    return new KafkaEventLog(log.toSettings(dedupe));
  }

  @Bean
  Catalog catalog(CatalogProperties properties, EventLog log) {
    return Catalog.open(properties.toSettings(), log);
  }
}
