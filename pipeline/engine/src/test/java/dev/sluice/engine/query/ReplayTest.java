package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.query.QueryRequest.Filling;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;

/**
 * Two minutes of events, one a second in each of two partitions, played at fifty times their pace
 * by a clock that goes on when the test says so.
 */
class ReplayTest {
  private static final Instant BEGIN = Instant.parse("2015-01-01T00:00:00Z");
  private static final int SECONDS = 120;
  private static final int SPEED = 50;
  private static final Duration LATENESS = Duration.ofSeconds(5);

  /** By which event time goes on at once. */
  private static final Duration STEP = Duration.ofSeconds(35);

  private static final int STEPS = 4;
  private static final HeldClock CLOCK = new HeldClock(Instant.parse("2026-11-20T12:00:00Z"));
  private static QueryBed bed;
  private static String stream;

  @BeforeAll
  static void start() {
    bed = new QueryBed(QuerySettings.defaults(), CLOCK);
    stream = "replay";
    bed.declare(Readings.definition(stream, true, 2, LATENESS));
    for (int partition = 0; partition < 2; partition++) {
      List<String> events = new ArrayList<>();
      for (int second = 0; second < SECONDS; second++) {
        events.add(Readings.event("d" + partition, second, BEGIN.plusSeconds(second), second));
      }
      bed.send(stream, events.toString(), partition);
    }
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  private static QueryRequest request(
      String sql, @Nullable String from, @Nullable String to, @Nullable String speed) {
    return new QueryRequest(
        sql.formatted(stream), from, to, null, null, null, null, Filling.NONE, speed);
  }

  /** The same with early rows, played. */
  private static QueryRequest early(String sql, String from) {
    return new QueryRequest(
        sql.formatted(stream), from, "now", "changes", null, null, null, Filling.NONE, "" + SPEED);
  }

  /** What is said of a query while it is played; the clock is the test's. */
  private static final class Player {
    private final List<JsonNode> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Disposable reading;

    Player(QueryRequest request) {
      reading =
          bed.open(request)
              .events(Format.NDJSON_IDS)
              .subscribe(
                  event -> {
                    if (event.kind() == Kind.ROW) {
                      told.addAll(QueryBed.lines(event));
                    }
                    if (event.kind() == Kind.ROW || event.kind() == Kind.UPDATE) {
                      begun.countDown();
                    }
                  });
    }

    /**
     * Once something has come, moves the clock on, and on each step waits for what is due then:
     * that, and nothing else, must have come.
     *
     * @param expected all rows
     * @param due when each must come
     * @param origin the event time at which its clock begins
     */
    void play(List<JsonNode> expected, Function<JsonNode, Instant> due, Instant origin)
        throws InterruptedException {
      assertThat(begun.await(QueryBed.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      for (int step = 0; step <= STEPS; step++) {
        Instant reached = origin.plus(STEP.multipliedBy(step));
        List<String> now = rows(expected.stream().filter(row -> !due.apply(row).isAfter(reached)));
        await()
            .pollDelay(Duration.ZERO)
            .atMost(QueryBed.LIMIT)
            .untilAsserted(() -> assertThat(rows(told.stream())).isEqualTo(now));
        CLOCK.forward(STEP.dividedBy(SPEED));
      }
      assertThat(told).hasSameSizeAs(expected);
      await().atMost(QueryBed.LIMIT).until(reading::isDisposed);
    }
  }

  /** The rows of what is not played. */
  private static List<JsonNode> ask(QueryRequest request) {
    return bed.open(request)
        .events(Format.NDJSON_IDS)
        .filter(event -> event.kind() == Kind.ROW)
        .concatMapIterable(QueryBed::lines)
        .collectList()
        .block(QueryBed.LIMIT);
  }

  private static List<String> rows(Stream<JsonNode> told) {
    return told.map(line -> line.get("row").toString()).sorted().toList();
  }

  private static Instant time(JsonNode event) {
    return BEGIN.plusSeconds(event.at("/row/seq").asLong());
  }

  @ParameterizedTest
  @ValueSource(strings = {"earliest", "2015-01-01T00:00:00Z"})
  void rowsOfAFilterComeAsTheirTimeIsReached(String from) throws InterruptedException {
    String sql = "SELECT device, seq FROM %s";

    new Player(request(sql, from, "now", "" + SPEED))
        .play(ask(request(sql, from, "now", null)), ReplayTest::time, BEGIN);
  }

  @Test
  void windowsCloseAsTheWatermarkIsReached() throws InterruptedException {
    String sql =
        "SELECT device, COUNT(*) AS n FROM %s GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device";
    Instant from = BEGIN.plusSeconds(30);
    List<JsonNode> rows = ask(request(sql, from.toString(), "now", null));

    assertThat(rows).hasSize(2 * 8);
    new Player(early(sql, from.toString()))
        .play(
            rows, row -> Instant.parse(row.at("/row/window_end").asString()).plus(LATENESS), from);
  }

  /** One event is behind the watermark of its place, and therefore due at once. */
  @Test
  void whoComesBackGoesOnWithTheReplayFromThere() throws InterruptedException {
    String again = "replay_again";
    bed.declare(Readings.definition(again, true, 1, LATENESS));
    int had = SECONDS / 2;
    List<String> events = new ArrayList<>();
    for (int second = 0; second < SECONDS; second++) {
      if (second == had) {
        events.add(Readings.event("late", had - 10, BEGIN.plusSeconds(had - 10), 0));
      }
      events.add(Readings.event("d", second, BEGIN.plusSeconds(second), 0));
    }
    bed.send(again, events.toString());
    String sql = "SELECT device, seq FROM " + again;
    List<JsonNode> all = ask(request(sql, "earliest", "now", null));

    new Player(
            request(sql, "earliest", "now", "" + SPEED)
                .resumedAfter(all.get(had - 1).get("id").asString()))
        .play(
            all.subList(had, all.size()),
            ReplayTest::time,
            BEGIN.plusSeconds(had - 1).minus(LATENESS));
  }

  @Test
  void replayJoinsTheTailWhenEverythingWasPlayedAndHoldsNoReaderUntilThen() {
    String live = "replay_live";
    bed.declare(Readings.definition(live, true, 2, LATENESS));
    bed.send(live, "[" + Readings.event("a", 1, BEGIN, 1) + "]", 0);
    bed.send(live, "[" + Readings.event("a", 2, BEGIN.plusSeconds(60), 1) + "]", 0);
    String sql = "SELECT seq FROM " + live;
    List<BlockingQueue<JsonNode>> readers = new ArrayList<>();
    List<Disposable> replays =
        Stream.generate(() -> request(sql, BEGIN.toString(), null, "20"))
            .limit(8)
            .map(
                request -> {
                  BlockingQueue<JsonNode> told = new LinkedBlockingQueue<>();
                  readers.add(told);
                  return bed.open(request)
                      .events(Format.NDJSON_IDS)
                      .subscribe(event -> told.addAll(QueryBed.lines(event)));
                })
            .toList();

    for (BlockingQueue<JsonNode> told : readers) {
      assertThat(next(told, line -> line.has("row")).at("/row/seq").asInt()).isEqualTo(1);
    }
    assertThat(bed.ask(sql).rows).as("there is a reader for who asks meanwhile").hasSize(2);
    assertThat(readers.get(0)).noneMatch(line -> line.has("row"));
    assertThat(bed.engine.running()).isEqualTo(8);
    CLOCK.forward(Duration.ofSeconds(3));
    BlockingQueue<JsonNode> first = readers.get(0);
    assertThat(next(first, line -> line.has("row")).at("/row/seq").asInt()).isEqualTo(2);
    // It says where it is once a second, and looks for more as often.
    await()
        .atMost(QueryBed.LIMIT)
        .until(
            () -> {
              CLOCK.forward(Duration.ofSeconds(1));
              return first.removeIf(
                  line -> line.at("/watermark/state").asString("").equals("live"));
            });
    bed.send(live, "[" + Readings.event("a", 3, BEGIN.plusSeconds(9_000), 1) + "]", 1);
    assertThat(next(first, line -> line.has("row")).at("/row/seq").asInt()).isEqualTo(3);
    replays.forEach(Disposable::dispose);
  }

  private static JsonNode next(BlockingQueue<JsonNode> told, Predicate<JsonNode> wanted) {
    try {
      JsonNode line;
      do {
        line = told.poll(QueryBed.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(line).isNotNull();
      } while (!wanted.test(line));
      return line;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatCannotBePlayedIsRefused() {
    for (String speed : new String[] {"0", "-1", "NaN", "10001", "quick"}) {
      assertThatThrownBy(() -> bed.open(request("SELECT seq FROM %s", "earliest", null, speed)))
          .hasMessageContaining("speed must be more than 0 and at most 10000: was \"" + speed);
    }
    for (String from : new String[] {"now", null, "2100-01-01T00:00:00Z"}) {
      assertThatThrownBy(() -> bed.open(request("SELECT seq FROM %s", from, null, "2")))
          .hasMessageContaining("give a from before now");
    }
  }
}
