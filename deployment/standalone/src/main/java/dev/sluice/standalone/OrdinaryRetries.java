package dev.sluice.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Leaves out what Kafka's producer warns of whenever a transaction begins while the broker still
 * writes the end of the one before: it sends again, and the record is stored a moment later.
 */
public final class OrdinaryRetries extends TurboFilter {
  private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";
  private static final String ORDINARY = "CONCURRENT_TRANSACTIONS";

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      // Whole: Kafka puts values into it itself.
      @Nullable String format,
      @Nullable Object @Nullable [] parameters,
      @Nullable Throwable failure) {
    boolean ordinary =
        level == Level.WARN
            && format != null
            && logger.getName().equals(SENDER)
            && format.contains(ORDINARY);
    return ordinary ? FilterReply.DENY : FilterReply.NEUTRAL;
  }
}
