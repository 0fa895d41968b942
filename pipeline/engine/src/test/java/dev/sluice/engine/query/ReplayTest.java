package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.query.QueryRequest.Filling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import tools.jackson.databind.json.JsonMapper;

/**
 * Two minutes of events, one a second in each of two partitions, played at fifty times their pace.
 */
class ReplayTest {
  private static final Instant BEGIN = Instant.parse("2015-01-01T00:00:00Z");
  private static final int SECONDS = 120;
  private static final int SPEED = 50;
  private static QueryBed bed;
  private static String stream;

  @BeforeAll
  static void start() {
    bed = new QueryBed(QuerySettings.defaults());
    stream = "replay";
    bed.declare(LiveQueryTest.definition(stream, true, 2, Duration.ofSeconds(5)));
    for (int partition = 0; partition < 2; partition++) {
      List<String> events = new ArrayList<>();
      for (int second = 0; second < SECONDS; second++) {
        events.add(LiveQueryTest.event("d" + partition, second, BEGIN.plusSeconds(second), second));
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

  /** A row, and when it came: ms since the first. */
  private record Played(JsonNode row, String id, long millis) {}

  private static List<Played> play(QueryRequest request) {
    List<Played> played = new ArrayList<>();
    long[] first = {0};
    bed.open(request)
        .events(Format.NDJSON_IDS)
        .filter(event -> event.kind() == Kind.ROW)
        .concatMapIterable(ReplayTest::lines)
        .doOnNext(
            line -> {
              long now = System.nanoTime();
              first[0] = first[0] == 0 ? now : first[0];
              played.add(
                  new Played(
                      line.get("row"),
                      line.get("id").asString(),
                      TimeUnit.NANOSECONDS.toMillis(now - first[0])));
            })
        .blockLast(QueryBed.LIMIT);
    return played;
  }

  private static List<JsonNode> lines(QueryEvent event) {
    return new String(event.encoded(Format.NDJSON_IDS), StandardCharsets.UTF_8)
        .lines()
        .map(JsonMapper.shared()::readTree)
        .toList();
  }

  private static List<String> rows(List<Played> played) {
    return played.stream().map(p -> p.row().toString()).sorted().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"earliest", "2015-01-01T00:00:00Z"})
  void rowsOfAFilterComeAsTheirTimeIsReached(String from) {
    String sql = "SELECT device, seq FROM %s";

    List<Played> played = play(request(sql, from, "now", "" + SPEED));

    assertThat(rows(played)).isEqualTo(rows(play(request(sql, from, "now", null))));
    for (Played one : played) {
      long due = 1_000 * one.row().get("seq").asLong() / SPEED;
      assertThat(one.millis()).as(one.row().toString()).isGreaterThanOrEqualTo(due - 60);
    }
    assertThat(played.get(played.size() - 1).millis()).isGreaterThan(2_000);
  }

  @Test
  void windowsCloseAsTheWatermarkIsReached() {
    String sql =
        "SELECT device, COUNT(*) AS n FROM %s GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device";

    List<Played> played = play(request(sql, "2015-01-01T00:00:30Z", "now", "" + SPEED));

    assertThat(rows(played)).hasSize(2 * 8);
    long first = start(played.get(0));
    for (Played one : played) {
      long due = (start(one) - first) / SPEED;
      assertThat(one.millis()).as(one.row().toString()).isGreaterThanOrEqualTo(due - 120);
    }
  }

  private static long start(Played window) {
    return Instant.parse(window.row().get("window_start").asString()).toEpochMilli();
  }

  @Test
  void whoComesBackGoesOnWithTheReplayFromThere() {
    QueryRequest request = request("SELECT device, seq FROM %s", "earliest", "now", "" + SPEED);
    List<Played> all = play(request);
    int had = all.size() / 2;

    List<Played> rest = play(request.resumedAfter(all.get(had - 1).id()));

    assertThat(rows(rest)).isEqualTo(rows(all.subList(had, all.size())));
    assertThat(rest.get(rest.size() - 1).millis()).isBetween(600L, 2_200L);
  }

  @Test
  void replayJoinsTheTailWhenEverythingWasPlayedAndHoldsNoReaderUntilThen() {
    String live = "replay_live";
    bed.declare(LiveQueryTest.definition(live, true, 2, Duration.ofSeconds(5)));
    bed.send(live, "[" + LiveQueryTest.event("a", 1, BEGIN, 1) + "]", 0);
    bed.send(live, "[" + LiveQueryTest.event("a", 2, BEGIN.plusSeconds(60), 1) + "]", 0);
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
                      .subscribe(event -> told.addAll(lines(event)));
                })
            .toList();

    for (BlockingQueue<JsonNode> told : readers) {
      assertThat(next(told, line -> line.has("row")).at("/row/seq").asInt()).isEqualTo(1);
    }
    assertThat(bed.ask(sql).rows).as("there is a reader for who asks meanwhile").hasSize(2);
    assertThat(readers.get(0)).noneMatch(line -> line.has("row"));
    assertThat(bed.engine.running()).isEqualTo(8);
    BlockingQueue<JsonNode> first = readers.get(0);
    assertThat(next(first, line -> line.has("row")).at("/row/seq").asInt()).isEqualTo(2);
    next(first, line -> line.at("/watermark/state").asString("").equals("live"));
    bed.send(live, "[" + LiveQueryTest.event("a", 3, BEGIN.plusSeconds(9_000), 1) + "]", 1);
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
