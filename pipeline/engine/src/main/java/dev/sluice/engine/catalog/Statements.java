package dev.sluice.engine.catalog;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs statements, each bounded in time. */
record Statements(Duration timeout) {

  /** How many rows it has changed. */
  Mono<Long> count(Statement statement) {
    return Flux.from(statement.execute())
        .concatMap(Result::getRowsUpdated, 1)
        .reduce(0L, Long::sum)
        .timeout(timeout);
  }

  Mono<Void> change(Statement statement) {
    return count(statement).then();
  }

  <T> Flux<T> rows(Statement statement, Function<Readable, T> mapping) {
    return Flux.from(statement.execute())
        .concatMap(result -> result.map(mapping), 1)
        .timeout(timeout);
  }

  static long number(Readable row, String column) {
    return Objects.requireNonNull(row.get(column, Long.class));
  }

  static String text(Readable row, String column) {
    return Objects.requireNonNull(row.get(column, String.class));
  }
}
