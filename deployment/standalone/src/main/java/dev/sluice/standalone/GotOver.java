package dev.sluice.standalone;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.Map;

/**
 * Keeps from the console what Kafka's clients and broker say of each other's delays, and get over
 * by themselves: nobody could do anything about it. The file has it.
 *
 * <p>A transaction's first batch may overtake its beginning, which the broker refuses as an error
 * and the producer sends again; offsets are not told while a transaction is ending; a stream that
 * is deleted while it is written has records under way.
 */
public final class GotOver extends Filter<ILoggingEvent> {
  private static final String TRANSACTIONS_BEGIN = "for transactions v2 idempotent producer";

  /** By the logger, what its message or its failure's says. */
  private static final Map<String, List<String>> SAID =
      Map.of(
          "org.apache.kafka.clients.producer.internals.Sender",
          List.of(
              "Error: OUT_OF_ORDER_SEQUENCE_NUMBER",
              "Error: UNKNOWN_TOPIC_ID",
              "UnknownTopicIdException"),
          "kafka.server.ReplicaManager",
          List.of(TRANSACTIONS_BEGIN),
          "org.apache.kafka.clients.admin.internals.ListConsumerGroupOffsetsHandler",
          List.of("UNSTABLE_OFFSET_COMMIT"));

  @Override
  public FilterReply decide(ILoggingEvent event) {
    List<String> ordinary = SAID.getOrDefault(event.getLoggerName(), List.of());
    if (ordinary.isEmpty()) {
      return FilterReply.NEUTRAL;
    }
    String said = event.getFormattedMessage() + failure(event);
    return ordinary.stream().anyMatch(said::contains) ? FilterReply.DENY : FilterReply.NEUTRAL;
  }

  private static String failure(ILoggingEvent event) {
    return event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage();
  }
}
