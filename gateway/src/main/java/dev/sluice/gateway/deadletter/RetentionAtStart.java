package dev.sluice.gateway.deadletter;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.log.EventLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Has the settings of dead letters hold for streams that were declared before. A start does not
 * wait for it; what fails is tried at the next.
 */
final class RetentionAtStart implements ApplicationRunner, DisposableBean {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionAtStart.class);

  private final EventLog log;
  private final Streams streams;
  private volatile Disposable running = Disposables.disposed();

  RetentionAtStart(EventLog log, Streams streams) {
    this.log = log;
    this.streams = streams;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    running =
        log.retainDeadLetters(streams.all().stream().map(CatalogStream::definition).toList())
            .subscribe(
                done -> {},
                failure ->
                    LOG.warn(
                        "dead letters are kept as long as before cause={}", failure.getMessage()));
  }

  @Override
  public void destroy() {
    running.dispose();
  }
}
