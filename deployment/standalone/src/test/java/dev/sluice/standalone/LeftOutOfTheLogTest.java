package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;
import java.net.URL;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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

  @BeforeEach
  void configure() throws Exception {
    URL configuration = Objects.requireNonNull(getClass().getResource("/logback.xml"));
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(configuration);
    appender.start();
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  /** Whose lines come to the appender alone, if at all. */
  private Logger logger(String name) {
    Logger logger = context.getLogger(name);
    logger.addAppender(appender);
    logger.setAdditive(false);
    return logger;
  }

  @Test
  void aTransactionThatIsSentAgainAsItMustIsNotWarnedOf() {
    Logger sender = logger(SENDER);

    warn(sender, RETRIED + "CONCURRENT_TRANSACTIONS");
    warn(sender, RETRIED + "NOT_LEADER_OR_FOLLOWER");
    sender.error("gone: CONCURRENT_TRANSACTIONS");

    assertThat(appender.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .hasSize(2)
        .noneMatch(said -> said.startsWith("Got") && said.endsWith("CONCURRENT_TRANSACTIONS"));
  }

  @Test
  void whatKafkaGetsOverIsInTheFileAlone() {
    String overtook =
        "Invalid sequence number for producer 3 at offset 138 in partition changelog-3: 213"
            + " (incoming seq. number). Expected sequence 0 for transactions v2 idempotent producer"
            + " with no existing state.";

    Logger sender = logger(SENDER);
    warn(sender, RETRIED + "OUT_OF_ORDER_SEQUENCE_NUMBER");
    warn(sender, RETRIED + "UNKNOWN_TOPIC_ID");
    logger("kafka.server.ReplicaManager")
        .error("Error processing append operation", new OutOfOrderSequenceException(overtook));
    assertThat(appender.list).hasSize(3);
    assertThat(onTheConsole()).isEmpty();

    warn(sender, RETRIED + "NOT_ENOUGH_REPLICAS");
    logger("kafka.server.ReplicaManager").error("Disk failed", new IOException("no space"));
    assertThat(onTheConsole()).hasSize(2);
  }

  /** Those that the console takes. */
  private List<ILoggingEvent> onTheConsole() {
    Appender<ILoggingEvent> console =
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender("CONSOLE");
    return appender.list.stream()
        .filter(event -> console.getFilterChainDecision(event) != FilterReply.DENY)
        .toList();
  }

  /** As Kafka's loggers hand it on. */
  private static void warn(LocationAwareLogger logger, String message) {
    logger.log(null, "LogContext", LocationAwareLogger.WARN_INT, message, null, null);
  }
}
