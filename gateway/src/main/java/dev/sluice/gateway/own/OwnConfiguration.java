package dev.sluice.gateway.own;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.EventLog;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** One writer a stream, on one thread. */
@Configuration(proxyBeanMethods = false)
class OwnConfiguration {
  private static final String THREAD = "ownThread";

  @Bean(name = THREAD, destroyMethod = "dispose")
  Scheduler ownThread() {
    return Schedulers.newSingle("sluice-own", true);
  }

  @Bean(name = OwnStreams.DEVICES)
  OwnWriter devicesWriter(
      OwnProperties properties,
      Catalog catalog,
      EventLog log,
      Clock clock,
      @Qualifier(THREAD) Scheduler thread,
      Flow flow) {
    return new OwnWriter(
        OwnStreams.DEVICES, properties.devicesBuffer(), catalog, log::append, clock, thread, flow);
  }

  @Bean(name = OwnStreams.AUDIT)
  OwnWriter auditWriter(
      OwnProperties properties,
      Catalog catalog,
      EventLog log,
      Clock clock,
      @Qualifier(THREAD) Scheduler thread,
      Flow flow) {
    return new OwnWriter(
        OwnStreams.AUDIT, properties.auditBuffer(), catalog, log::append, clock, thread, flow);
  }

  @Bean
  OwnDeclaration ownDeclaration(OwnProperties properties, Catalog catalog) {
    return new OwnDeclaration(
        catalog,
        List.of(
            OwnStreams.devices(properties.devicesRetention()),
            OwnStreams.audit(properties.auditRetention())));
  }
}
