package dev.sluice.views.table;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Connections of which one is cut at a step: PostgreSQL ends it before the step, or the answer of
 * the step is lost. A step is a statement, or the beginning or the end of a transaction.
 */
final class CutConnections implements ConnectionFactory {
  private static final Set<String> STEPS = Set.of("beginTransaction", "commitTransaction");

  private final ConnectionFactory real;
  private final int at;
  private final boolean after;
  private final AtomicInteger steps = new AtomicInteger();

  /**
   * @param at number of the step, from 0
   * @param after whether it is done, and the answer is lost
   */
  CutConnections(ConnectionFactory real, int at, boolean after) {
    this.real = real;
    this.at = at;
    this.after = after;
  }

  /** Whether there was such a step. */
  boolean hasCut() {
    return steps.get() > at;
  }

  @Override
  public Publisher<? extends Connection> create() {
    return Mono.from(real.create()).map(this::cuttable);
  }

  private Connection cuttable(Connection connection) {
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          Object result = invoke(connection, method, arguments);
          if (result instanceof Statement statement) {
            return cuttable(connection, statement);
          }
          return STEPS.contains(method.getName())
              ? Mono.defer(() -> step(connection, Mono.from((Publisher<?>) result)))
              : result;
        });
  }

  private Statement cuttable(Connection connection, Statement statement) {
    return proxy(
        Statement.class,
        (self, method, arguments) -> {
          Object result = invoke(statement, method, arguments);
          if (result instanceof Statement) {
            return self;
          }
          return method.getName().equals("execute")
              ? Flux.defer(() -> step(connection, Flux.from((Publisher<?>) result)))
              : result;
        });
  }

  private <T> Mono<T> step(Connection connection, Mono<T> step) {
    if (steps.getAndIncrement() != at) {
      return step;
    }
    return after ? step.then(lost()) : end(connection).then(step);
  }

  private <T> Flux<T> step(Connection connection, Flux<T> step) {
    if (steps.getAndIncrement() != at) {
      return step;
    }
    return after
        ? step.concatMap(result -> ((Result) result).getRowsUpdated()).thenMany(lost())
        : end(connection).thenMany(step);
  }

  private static <T> Mono<T> lost() {
    return Mono.error(() -> new R2dbcNonTransientResourceException("the answer was lost"));
  }

  private static Mono<Void> end(Connection connection) {
    return Flux.from(
            connection.createStatement("SELECT pg_terminate_backend(pg_backend_pid())").execute())
        .concatMap(Result::getRowsUpdated)
        .onErrorComplete()
        .then();
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public ConnectionFactoryMetadata getMetadata() {
    return real.getMetadata();
  }
}
