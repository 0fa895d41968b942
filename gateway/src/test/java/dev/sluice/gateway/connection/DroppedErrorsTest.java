package dev.sluice.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Warnings;
import io.netty.handler.ssl.SslClosedEngineException;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;
import reactor.netty.channel.AbortedException;
import reactor.util.context.Context;

class DroppedErrorsTest {

  @BeforeEach
  void hook() {
    new DroppedErrors();
  }

  @Test
  void whoeverGoesFillsNoLog() {
    try (Warnings warnings = new Warnings()) {
      drop(new AbortedException("whoever: Connection has been closed"));
      drop(new IOException("whoever: Connection reset by peer"));
      drop(Exceptions.errorCallbackNotImplemented(new SslClosedEngineException("closed already")));
      drop(overflowIn("io.rsocket.core.RequestChannelResponderSubscriber"));

      assertThat(warnings.written()).noneMatch(line -> line.contains("dropped"));
    }
  }

  @Test
  void whatElseIsDroppedIsInTheLog() {
    try (Warnings warnings = new Warnings()) {
      drop(new IllegalStateException("a fault"));

      assertThat(warnings.written()).anyMatch(line -> line.contains("was dropped"));
    }
    try (Warnings warnings = new Warnings()) {
      drop(overflowIn("dev.sluice.gateway.flow.Lookers"));

      assertThat(warnings.written()).anyMatch(line -> line.contains("was dropped"));
    }
  }

  private static Throwable overflowIn(String thrower) {
    Throwable overflow = Exceptions.failWithOverflow("more than was asked for");
    overflow.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement(Exceptions.class.getName(), "failWithOverflow", null, 1),
          new StackTraceElement(thrower, "handle", null, 1),
          new StackTraceElement("io.rsocket.core.RSocketResponder", "handleFrame", null, 1)
        });
    return overflow;
  }

  private static void drop(Throwable error) {
    Operators.onErrorDropped(error, Context.empty());
  }
}
