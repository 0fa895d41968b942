package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.URL;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.spi.LocationAwareLogger;

/** What the product's own logging leaves out. */
class LeftOutOfTheLogTest {
  private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";
  private static final String RETRIED =
      "Got error produce response with correlation id 23 on topic-partition sluice.partials-2,"
          + " retrying (2147483646 attempts left). Error: ";

  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  /** Whose lines come to the appender alone, if at all. */
  private Logger logger(String name) throws Exception {
    URL configuration = Objects.requireNonNull(getClass().getResource("/logback.xml"));
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(configuration);
    appender.start();
    Logger logger = context.getLogger(name);
    logger.addAppender(appender);
    logger.setAdditive(false);
    return logger;
  }

  @Test
  void aTransactionThatIsSentAgainAsItMustIsNotWarnedOf() throws Exception {
    Logger sender = logger(SENDER);

    warn(sender, RETRIED + "CONCURRENT_TRANSACTIONS");
    warn(sender, RETRIED + "NOT_LEADER_OR_FOLLOWER");
    sender.error("gone: CONCURRENT_TRANSACTIONS");
    context.stop();

    assertThat(appender.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .hasSize(2)
        .noneMatch(said -> said.startsWith("Got") && said.endsWith("CONCURRENT_TRANSACTIONS"));
  }

  /** As Kafka's loggers hand it on. */
  private static void warn(LocationAwareLogger logger, String message) {
    logger.log(null, "LogContext", LocationAwareLogger.WARN_INT, message, null, null);
  }
}
