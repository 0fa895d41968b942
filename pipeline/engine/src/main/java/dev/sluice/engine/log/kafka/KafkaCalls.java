package dev.sluice.engine.log.kafka;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaFuture;
import reactor.core.publisher.Mono;

/** What an admin client is asked, and what is said of its failures. */
final class KafkaCalls {
  private KafkaCalls() {}

  static <T> Mono<T> toMono(Supplier<KafkaFuture<T>> call) {
    return Mono.create(
        sink ->
            call.get()
                .whenComplete(
                    (value, failure) -> {
                      if (failure != null) {
                        sink.error(failure);
                      } else if (value == null) {
                        sink.success();
                      } else {
                        sink.success(value);
                      }
                    }));
  }

  static RuntimeException unavailable(String what, Throwable cause) {
    Throwable root = unwrap(cause);
    return Problem.of(
            ProblemCode.LOG_UNAVAILABLE,
            "Kafka did not "
                + what
                + " ("
                + Optional.ofNullable(root.getMessage()).orElse(root.toString())
                + "): try again later")
        .toException(root);
  }

  static Throwable unwrap(Throwable failure) {
    boolean wrapped =
        failure instanceof ExecutionException || failure instanceof CompletionException;
    Throwable cause = failure.getCause();
    return wrapped && cause != null ? cause : failure;
  }
}
