package dev.sluice.gateway.connection;

import io.netty.handler.ssl.SslClosedEngineException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.Exceptions;
import reactor.core.publisher.Hooks;
import reactor.netty.channel.AbortedException;

/**
 * Errors that nobody listens to any more, of all of the process. That a peer has gone tells an
 * operator nothing, and whoever likes could fill the log with it; what else is dropped is a fault.
 */
@Component
final class DroppedErrors {
  private static final Logger LOG = LoggerFactory.getLogger(DroppedErrors.class);

  DroppedErrors() {
    Hooks.onErrorDropped(DroppedErrors::tell);
  }

  private static void tell(Throwable error) {
    if (isDeparture(error)) {
      LOG.debug("Somebody went whom nobody waited for", error);
    } else {
      LOG.error("An error came after its end, and was dropped", error);
    }
  }

  /**
   * Also by TLS, where rsocket-java does not ask how what it sends has ended; and a peer that is
   * cut off because it sent more than it was asked for.
   */
  private static boolean isDeparture(Throwable error) {
    return error instanceof AbortedException
        || isOverflowOfRSocket(error)
        || AbortedException.isConnectionReset(error)
        || error.getCause() instanceof SslClosedEngineException;
  }

  /** One of any other queue is ours. */
  private static boolean isOverflowOfRSocket(Throwable error) {
    return Exceptions.isOverflow(error)
        && Stream.of(error.getStackTrace())
            .map(StackTraceElement::getClassName)
            .filter(name -> !name.equals(Exceptions.class.getName()))
            .findFirst()
            .filter(name -> name.startsWith("io.rsocket."))
            .isPresent();
  }
}
