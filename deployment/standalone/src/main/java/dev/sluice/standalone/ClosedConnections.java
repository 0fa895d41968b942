package dev.sluice.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.netty.handler.ssl.SslClosedEngineException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import reactor.core.publisher.Operators;

/**
 * Leaves out what Reactor says for each RSocket connection by TLS that both ends close at once, as
 * when all stops: rsocket-java subscribes to what it sends without asking how that ended.
 */
public final class ClosedConnections extends TurboFilter {
  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      @Nullable Object @Nullable [] parameters,
      @Nullable Throwable failure) {
    boolean ordinary =
        failure != null
            && failure.getCause() instanceof SslClosedEngineException
            && logger.getName().equals(Operators.class.getName());
    return ordinary ? FilterReply.DENY : FilterReply.NEUTRAL;
  }
}
