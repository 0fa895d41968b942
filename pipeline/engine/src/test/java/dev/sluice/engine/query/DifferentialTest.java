package dev.sluice.engine.query;

import static dev.sluice.engine.query.PortableQuery.total;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.conformance.ResultRows;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.query.LiveQuery.OutputColumn;
import dev.sluice.engine.query.PostgresOracle.Expected;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sluice's answers against PostgreSQL's, on the same records: over what is there, while they come,
 * and from the middle of the day.
 */
class DifferentialTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration LIVE_WITHIN = Duration.ofSeconds(60);
  private static final Instant FROM = Instant.parse("2015-03-09T02:03:20.250Z");
  private static final Instant STRETCH = Instant.parse("2015-03-09T01:19:59.999Z");
  private static final Instant TO = Instant.parse("2015-03-09T03:07:03Z");
  private static final String STREAM = "bus_day";

  private static QueryBed bed;
  private static PostgresOracle oracle;
  private static Map<PortableQuery, Run> live = Map.of();
  private static Map<PortableQuery, Run> bounded = Map.of();
  private static Map<PortableQuery, Run> middle = Map.of();
  private static Map<PortableQuery, Run> stretches = Map.of();
  private static Map<Integer, Long> boundedEnds = Map.of();
  private static Map<Integer, Long> allEnds = Map.of();

  static List<PortableQuery> queries() {
    return BusDayQueries.all();
  }

  // ---- one day ----

  @BeforeAll
  static void sendTheDay() {
    bed = new QueryBed(QueryBed.withManyReaders());
    CatalogStream stream = bed.declare(BusDay.stream(STREAM));
    oracle = new PostgresOracle(stream, TestServers.kafka());
    live = QueryBed.openAll(queries(), query -> new Run(query, "earliest", null));
    List<String> frames = BusDay.frames();
    for (int i = 0; i < frames.size(); i++) {
      bed.send(STREAM, frames.get(i));
      if (i % 20 == 10) {
        disturb(stream, i);
      }
    }
    boundedEnds = oracle.ends();
    bounded = QueryBed.openAll(queries(), query -> new Run(query, "earliest", "now"));
    bounded.values().forEach(Run::awaitEnd);
    Instant end = TO.plus(Duration.ofDays(3));
    for (int p = 0; p < BusDay.PARTITIONS; p++) {
      bed.punctuate(STREAM, p, end);
    }
    allEnds = oracle.ends();
    middle = QueryBed.openAll(queries(), query -> new Run(query, FROM.toString(), "now"));
    stretches =
        QueryBed.openAll(queries(), query -> new Run(query, STRETCH.toString(), TO.toString()));
    oracle.load();
    middle.values().forEach(Run::awaitEnd);
    stretches.values().forEach(Run::awaitEnd);
  }

  /** Records that are no events, and a punctuation that makes some late. */
  private static void disturb(CatalogStream stream, int frame) {
    int partition = frame % BusDay.PARTITIONS;
    String topic = stream.definition().topic();
    byte[] junk = ("\0\0\0\0" + (char) stream.schemaId() + "junk").getBytes(StandardCharsets.UTF_8);
    long time = FROM.toEpochMilli();
    bed.log
        .append(
            List.of(
                new LogRecord(topic, partition, time, null, junk, Map.of()),
                new LogRecord(topic, partition, time, null, new byte[] {1, 2}, Map.of()),
                new LogRecord(topic, partition, time, null, null, Map.of())))
        .block(QueryBed.LIMIT);
    long latest = bed.engine.watermarks(STREAM).block(QueryBed.LIMIT).get(partition);
    bed.punctuate(
        STREAM, partition, Instant.ofEpochMilli(latest).plus(BusDay.LATENESS.dividedBy(2)));
  }

  @AfterAll
  static void stop() {
    live.values().forEach(run -> run.subscription.dispose());
    bed.close();
    oracle.close();
  }

  // ---- the comparisons ----

  @Test
  void dayHasWhatMakesItHard() {
    Map<String, Long> hours =
        oracle
            .answer(
                total("COUNT(*)").where("seq <> 17").tumble(BusDayQueries.HOUR),
                null,
                null,
                allEnds)
            .accounting();
    Map<String, Long> middle =
        oracle
            .answer(total("COUNT(*)").tumble(BusDayQueries.HOUR), FROM, null, allEnds)
            .accounting();

    assertThat(hours.get("undecodable")).isGreaterThan(5);
    assertThat(hours.get("duplicate")).isGreaterThan(100);
    assertThat(hours.get("filtered")).isPositive();
    assertThat(hours.get("late")).isGreaterThan(100);
    assertThat(hours.get("counted")).isGreaterThan(10_000);
    assertThat(middle.get("outside")).isGreaterThan(100);
    assertThat(queries()).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void boundedAnswerIsThatOfPostgres(PortableQuery query) {
    compare(query, bounded.get(query).result(), oracle.answer(query, null, null, boundedEnds));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void liveAnswerIsThatOfPostgres(PortableQuery query) {
    Expected expected = oracle.answer(query, null, null, allEnds);
    Run run = live.get(query);
    assertThat(expected.open()).isEmpty();

    soon()
        .untilAsserted(() -> assertThat(run.result().accounting).isEqualTo(expected.accounting()));
    if (query.isTotal()) {
      soon().untilAsserted(() -> compare(query, run.total(), expected));
    } else {
      compare(query, run.result(), expected);
    }
  }

  private static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).atMost(LIVE_WITHIN);
  }

  @ParameterizedTest
  @MethodSource("queries")
  void answerFromTheMiddleIsThatOfPostgres(PortableQuery query) {
    compare(query, middle.get(query).result(), oracle.answer(query, FROM, null, allEnds));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void answerOfAStretchIsThatOfPostgres(PortableQuery query) {
    compare(query, stretches.get(query).result(), oracle.answer(query, STRETCH, TO, allEnds));
  }

  private static void compare(PortableQuery query, Result actual, Expected expected) {
    assertThat(actual.error).isEmpty();
    assertThat(actual.accounting).isEqualTo(expected.accounting());
    List<List<@Nullable Object>> rows = ResultRows.typed(actual.columns, expected.rows());
    ResultRows.assertEqual(
        actual.ordered ? actual.rows : ResultRows.sorted(actual.rows),
        actual.ordered ? rows : ResultRows.sorted(rows));
    if (!query.isTotal()) {
      ResultRows.assertEqual(actual.open, ResultRows.typed(actual.columns, expected.open()));
    }
  }

  // ---- Sluice's side ----

  /** What Sluice said, as values. */
  record Result(
      List<OutputColumn> columns,
      List<List<@Nullable Object>> rows,
      List<List<@Nullable Object>> open,
      Map<String, Long> accounting,
      String error,
      boolean ordered) {

    static Map<String, Long> accounting(JsonNode node) {
      Map<String, Long> accounting = new HashMap<>();
      for (String name :
          List.of("read", "undecodable", "outside", "duplicate", "filtered", "late", "counted")) {
        accounting.put(name, node.path(name).asLong(-1));
      }
      return accounting;
    }
  }

  /** A query that somebody reads. */
  private static final class Run {
    private final PortableQuery query;
    private final LiveQuery opened;
    private final Answer answer = new Answer();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Disposable subscription;

    Run(PortableQuery query, String from, @Nullable String to) {
      this.query = query;
      opened = bed.open(query.sluice(STREAM), from, to);
      subscription =
          opened
              .events(Format.NDJSON)
              .doFinally(signal -> ended.countDown())
              .subscribe(answer::add);
    }

    void awaitEnd() {
      try {
        assertThat(ended.await(QueryBed.LIMIT.toSeconds(), TimeUnit.SECONDS))
            .as("%s ends", query)
            .isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    Result result() {
      synchronized (answer) {
        JsonNode accounting = answer.end.isNull() ? answer.watermark : answer.end.get("accounting");
        return new Result(
            opened.columns(),
            ResultRows.answered(opened.columns(), answer.rows),
            ResultRows.answered(opened.columns(), answer.updates),
            Result.accounting(accounting),
            answer.error.isNull() ? "" : answer.error.toString(),
            query.grouped());
      }
    }

    /** The last row of each group that is there still; the group is what a row begins with. */
    Result total() {
      Result result = result();
      Map<List<@Nullable Object>, List<@Nullable Object>> last = new HashMap<>();
      synchronized (answer) {
        for (String update : answer.updates) {
          JsonNode row = JSON.readTree(update);
          List<@Nullable Object> values = ResultRows.answered(opened.columns(), row);
          List<@Nullable Object> group = values.subList(0, query.keys().size());
          last.remove(group);
          if (!row.path("deleted").asBoolean(false)) {
            last.put(group, values);
          }
        }
      }
      return new Result(
          result.columns,
          List.copyOf(last.values()),
          List.of(),
          result.accounting,
          result.error,
          false);
    }
  }
}
