package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.conformance.ConformanceInput;
import dev.sluice.engine.conformance.ConformanceOracle;
import dev.sluice.engine.conformance.ConformanceTable;
import dev.sluice.engine.conformance.ConformanceTable.Case;
import dev.sluice.engine.conformance.LogWriter;
import dev.sluice.engine.conformance.ResultRows;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.query.LiveQuery.OutputColumn;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.sql.SqlPlanner;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The language, case by case: the same final rows while events come, of what is there, and however
 * the log is cut into partitions and batches. The cases are texts, see {@code
 * conformance/README.md} among the test resources.
 */
class ConformanceTest {
  private static final int LEAST_CASES = 150;
  private static final long SEED = 20261121;
  private static final int SPLITS = 4;
  private static final String POSTGRES_SCHEMA = "conformance";

  private static final ConformanceTable TABLE = ConformanceTable.read();
  private static final Map<String, List<MemoryLog>> LOGS = new HashMap<>();
  private static Map<Case, Run> live = Map.of();
  private static Map<Case, Run> bounded = Map.of();
  private static QueryBed bed;
  private static ConformanceOracle oracle;

  static List<Case> cases() {
    return TABLE.cases();
  }

  static List<Case> answered() {
    return TABLE.cases().stream().filter(Case::isAnswered).toList();
  }

  @BeforeAll
  static void writeTheLogs() {
    bed = new QueryBed(QueryBed.withManyReaders());
    oracle = new ConformanceOracle(POSTGRES_SCHEMA, TABLE.inputs().values());
    TABLE.inputs().values().forEach(input -> bed.declare(input.stream()));
    live = QueryBed.openAll(cases(), c -> new Run(c, ConformanceInput.END.toString()));
    Random random = new Random(SEED);
    TABLE
        .inputs()
        .forEach(
            (name, input) -> {
              input.write(new LogWriter(bed.log, bed.find(name)), random);
              List<MemoryLog> logs = new ArrayList<>();
              for (int i = 0; i < SPLITS; i++) {
                MemoryLog log = new MemoryLog(input.stream());
                input.write(memorysLog(input, log), random);
                logs.add(log);
              }
              LOGS.put(name, logs);
            });
    bounded = QueryBed.openAll(cases(), c -> new Run(c, "now"));
  }

  @AfterAll
  static void stop() {
    bed.close();
    oracle.close();
  }

  @Test
  void tableHasManyCasesEachWithANameOfItsOwn() {
    assertThat(cases()).hasSizeGreaterThanOrEqualTo(LEAST_CASES);
    assertThat(cases()).extracting(Case::name).doesNotHaveDuplicates();
  }

  // ---- the ways to run a case ----

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void boundedAnswerIsThatOfTheTable(Case c) {
    check(c, bounded.get(c)::answer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void liveAnswerIsThatOfTheTable(Case c) {
    check(c, live.get(c)::answer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answered")
  void howTheLogIsSplitDoesNotShow(Case c) {
    Random random = new Random(SEED + c.name().hashCode());
    PreparedQuery query = new SqlPlanner(bed).plan(c.sql());
    for (int i = 0; i < SPLITS; i++) {
      int split = i;
      check(c, () -> split(query, split, random));
    }
  }

  private static Answer split(PreparedQuery query, int split, Random random) {
    Answer answer = new Answer();
    for (QueryPlan plan : query.plans()) {
      MemoryLog log = LOGS.get(plan.stream().name()).get(split);
      PreparedQuery part = new PreparedQuery(plan, query.names());
      List<EventBatch> order = anyOrder(log.read(Long.MIN_VALUE), random);
      log.query(part, false).run(Long.MIN_VALUE, order, answer);
    }
    return answer;
  }

  /** The query's own order of each partition, and any of the partitions among each other. */
  private static List<EventBatch> anyOrder(List<List<EventBatch>> partitions, Random random) {
    List<EventBatch> order = new ArrayList<>();
    int[] next = new int[partitions.size()];
    List<Integer> left = new ArrayList<>();
    for (int p = 0; p < next.length; p++) {
      partitions.get(p).forEach(batch -> left.add(batch.partition()));
    }
    Collections.shuffle(left, random);
    left.forEach(p -> order.add(partitions.get(p).get(next[p]++)));
    return order;
  }

  private static void check(Case c, Supplier<Answer> answers) {
    if (!c.isAnswered()) {
      checkProblem(c, answers);
      return;
    }
    Answer answer = answers.get();
    assertThat(answer.error.toString()).isEqualTo("null");
    List<OutputColumn> columns = live.get(c).columns;
    List<List<@Nullable Object>> actual = ResultRows.answered(columns, answer.rows);
    List<List<@Nullable Object>> expected = oracle.rows(c, columns);
    ResultRows.assertEqual(
        c.isOrdered() ? actual : ResultRows.sorted(actual),
        c.isOrdered() ? expected : ResultRows.sorted(expected));
    c.accounting()
        .forEach((what, count) -> assertThat(answer.accounted(what)).as(what).isEqualTo(count));
  }

  private static void checkProblem(Case c, Supplier<Answer> answers) {
    String code;
    String detail;
    try {
      Answer answer = answers.get();
      code = answer.error.path("code").asString();
      detail = answer.error.path("detail").asString();
    } catch (ProblemException e) {
      code = e.problem().code().name();
      detail = e.problem().detail();
    }
    assertThat(code).as(detail).isEqualTo(c.problem());
    for (String part : c.detail()) {
      assertThat(detail).contains(part);
    }
  }

  // ---- logs ----

  private static ConformanceInput.Log memorysLog(ConformanceInput input, MemoryLog log) {
    return new ConformanceInput.Log() {
      @Override
      public void send(int partition, String json) {
        log.send(partition, json);
      }

      @Override
      public void punctuate(int partition, Instant watermark) {
        log.punctuate(partition, watermark.toEpochMilli());
      }

      @Override
      public void junk(int partition) {
        log.append(LogWriter.junk(input.stream().topic(), partition));
      }
    };
  }

  /**
   * A case that is run while others are. One that is asked before anything has come ends when the
   * log's watermark has passed everything.
   */
  private static final class Run {
    private final Answer answer = new Answer();
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable ProblemException refused;
    private List<OutputColumn> columns = List.of();

    Run(Case c, String to) {
      try {
        LiveQuery opened = bed.open(c.sql(), "earliest", to);
        columns = opened.columns();
        opened.events(Format.NDJSON).doFinally(signal -> ended.countDown()).subscribe(answer::add);
      } catch (ProblemException e) {
        refused = e;
      }
    }

    Answer answer() {
      if (refused != null) {
        throw refused;
      }
      try {
        assertThat(ended.await(QueryBed.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return answer;
    }
  }
}
