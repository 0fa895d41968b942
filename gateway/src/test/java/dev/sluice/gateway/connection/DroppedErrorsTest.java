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

      assertThat(warnings.written()).noneMatch(line -> line.contains("dropped"));
    }
  }

  @Test
  void whatElseIsDroppedIsInTheLog() {
    try (Warnings warnings = new Warnings()) {
      drop(new IllegalStateException("a fault"));

      assertThat(warnings.written()).anyMatch(line -> line.contains("was dropped"));
    }
  }

  private static void drop(Throwable error) {
    Operators.onErrorDropped(error, Context.empty());
  }
}
