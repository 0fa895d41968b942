package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.model.event.EventBatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Different queries that read the same past at the same time. */
class SharedReadingTest {
  private static final Instant BEGIN = Instant.parse("2015-01-01T00:00:00Z");
  private static final String STREAM = "shared_reading";
  private static final int PARTITIONS = 3;
  private static final int EVENTS = 4_000;
  private static final int QUERIES = 40;
  private static QueryBed bed;

  private final AtomicLong read = new AtomicLong();

  @BeforeAll
  static void send() {
    bed = new QueryBed(QuerySettings.defaults());
    bed.declare(Readings.definition(STREAM, true, PARTITIONS, Duration.ofSeconds(5)));
    for (int p = 0; p < PARTITIONS; p++) {
      List<String> events = new ArrayList<>();
      for (int i = 0; i < EVENTS; i++) {
        events.add(Readings.event("d" + p, i, BEGIN.plusSeconds(i), i % QUERIES));
      }
      bed.send(STREAM, events.toString(), p);
    }
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  @Test
  void logIsReadForManyAtOnce() {
    try (LiveQueryEngine engine =
        new LiveQueryEngine(
            bed,
            counted(bed.log),
            new TokenCodec(new byte[32]),
            QuerySettings.defaults(),
            Clock.systemUTC(),
            new Flow(new SimpleMeterRegistry()))) {
      List<LiveQuery> queries = IntStream.range(0, QUERIES).mapToObj(i -> open(engine, i)).toList();

      List<QueryBed.Answer> answers =
          Flux.fromIterable(queries)
              .flatMap(SharedReadingTest::answer, QUERIES)
              .collectList()
              .block(QueryBed.LIMIT);

      assertThat(answers)
          .hasSize(QUERIES)
          .allSatisfy(
              answer -> {
                assertThat(answer.accounted("read")).isEqualTo(PARTITIONS * EVENTS);
                assertThat(answer.accounted("counted")).isEqualTo(PARTITIONS * EVENTS / QUERIES);
              });
      // Alone each would read them all.
      assertThat(read.get()).isLessThan((long) PARTITIONS * EVENTS * QUERIES / 4);
    }
  }

  private static LiveQuery open(LiveQueryEngine engine, int i) {
    String sql =
        "SELECT COUNT(*) AS n FROM %s WHERE t = %d GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE)";
    return engine
        .open(new QueryRequest(sql.formatted(STREAM, i), "earliest", "now", null, null))
        .block(QueryBed.LIMIT);
  }

  private static Mono<QueryBed.Answer> answer(LiveQuery query) {
    QueryBed.Answer answer = new QueryBed.Answer();
    return query
        .events(QueryEvent.Format.NDJSON)
        .doOnNext(answer::add)
        .then(Mono.fromSupplier(() -> answer));
  }

  /** Counts the events that its readers hand out. */
  private EventLog counted(EventLog log) {
    return proxy(
        EventLog.class,
        log,
        result -> result instanceof LogReader reader ? counted(reader) : result);
  }

  private LogReader counted(LogReader reader) {
    return proxy(
        LogReader.class,
        reader,
        result -> {
          if (result instanceof List<?> batches) {
            batches.forEach(batch -> read.addAndGet(((EventBatch) batch).size()));
          }
          return result;
        });
  }

  private static <T> T proxy(Class<T> type, T of, UnaryOperator<Object> onResult) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return onResult.apply(method.invoke(of, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
