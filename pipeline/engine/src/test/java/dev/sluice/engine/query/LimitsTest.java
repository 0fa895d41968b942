package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.query.QueryRequest.Filling;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;

/** Who is over a limit is told which and by what setting; a neighbour's query goes on. */
class LimitsTest {
  private static final Instant BEGIN = Instant.parse("2015-01-01T00:00:00Z");
  private static final int IDS = 20_000;
  private static final int FRAME = 10_000;
  private static QueryBed bed;
  private static String stream;
  private static int seq = 10_000;

  private final BlockingQueue<String> neighbours = new LinkedBlockingQueue<>();
  private Disposable neighbour;

  @BeforeAll
  static void start() {
    bed =
        new QueryBed(
            new QuerySettings(
                2,
                1,
                8_192,
                IDS,
                1 << 20,
                new QuerySettings.Crowd(4, 6, 3),
                new QuerySettings.State(150, 64 << 10, 20, 50)));
    stream = "limits";
    bed.declare(Readings.definition(stream, true, 1, Duration.ofSeconds(5)));
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      events.add(Readings.event("d" + i % 100, i, BEGIN.plusMillis(i), i));
    }
    bed.send(stream, events.toString());
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  @BeforeEach
  void meetTheNeighbour() {
    neighbour =
        bed.open("SELECT seq FROM " + stream + " WHERE seq >= 10000", "earliest", null)
            .events(Format.NDJSON)
            .subscribe(
                event -> {
                  assertThat(event.kind()).isNotEqualTo(Kind.ERROR);
                  if (event.kind() == Kind.ROW) {
                    neighbours.add("row");
                  }
                });
  }

  @AfterEach
  void theNeighbourHasNotNoticed() throws InterruptedException {
    neighbours.clear();
    bed.send(stream, "[" + Readings.event("d0", ++seq, BEGIN.plusSeconds(20), 1) + "]");
    assertThat(neighbours.poll(QueryBed.LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
    neighbour.dispose();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GROUP BY TUMBLE(ts, INTERVAL '1' HOUR), seq | COUNT(*) | QUERY_STATE_LIMIT | more than 150 groups | sluice.query.max-groups",
        "GROUP BY TUMBLE(ts, INTERVAL '1' HOUR) | COUNT(DISTINCT seq) | QUERY_STATE_LIMIT | more than 65536 bytes | sluice.query.max-state",
        "GROUP BY seq | COUNT(*) | QUERY_STATE_LIMIT | more than 150 groups | sluice.query.max-groups",
        "GROUP BY SESSION(ts, INTERVAL '1' SECOND), seq | COUNT(*) | QUERY_STATE_LIMIT | more than 150 groups | sluice.query.max-groups",
        "GROUP BY TUMBLE(ts, INTERVAL '1' HOUR) | LISTAGG(device) | QUERY_STATE_LIMIT | 20 | sluice.query.max-list-values",
        "GROUP BY HOP(ts, INTERVAL '1' SECOND, INTERVAL '1' MINUTE) | COUNT(*) | QUERY_WINDOW_LIMIT | 60 windows | sluice.query.max-windows"
      })
  void whatHoldsTooMuchEnds(String by, String what, String code, String limit, String setting) {
    told(request("SELECT " + what + " AS x FROM " + stream + " " + by, null), code, limit, setting);
  }

  @Test
  void tooManyFilledRowsEndTheirQuery() {
    String silent = "limits_silent";
    bed.declare(Readings.definition(silent, true, 1, Duration.ofSeconds(5)));
    bed.send(silent, "[" + Readings.event("a", 1, BEGIN, 1) + "]");
    bed.punctuate(silent, 0, BEGIN.plusSeconds(1_000));

    told(
        request(
            "SELECT device, COUNT(*) AS n FROM "
                + silent
                + " GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), device",
            "500"),
        "QUERY_STATE_LIMIT",
        "more than 150 rows at once",
        "sluice.query.max-groups");
  }

  /** All at one time, so that none of them may be forgotten. */
  @Test
  void moreIdsThanAreRememberedEndTheQueriesOfTheirStream() {
    String many = "limits_ids";
    bed.declare(Readings.definition(many, true, 1, Duration.ofSeconds(5)));
    List<String> events = new ArrayList<>();
    for (int i = 0; i <= IDS; i++) {
      events.add(Readings.event("d", i, BEGIN, 1));
    }
    for (int from = 0; from < events.size(); from += FRAME) {
      bed.send(many, events.subList(from, Math.min(from + FRAME, events.size())).toString());
    }

    told(
        request("SELECT COUNT(*) AS n FROM " + many, null),
        "DEDUPE_LIMIT",
        "more than 20000 different ids",
        "sluice.dedupe.capacity");
  }

  private static QueryRequest request(String sql, @Nullable String fillFor) {
    Filling filling = fillFor == null ? Filling.NONE : new Filling("zero", fillFor);
    return new QueryRequest(sql, "earliest", null, null, null, null, null, filling, null);
  }

  /** There is one reader of the past, and a poll brings all that the heavy query asks for. */
  @Test
  void whatTakesLongForEachEventLetsOthersHaveTheirTurn() {
    AtomicInteger heavyRows = new AtomicInteger();
    Disposable heavy =
        bed.open(
                "SELECT seq FROM "
                    + stream
                    + " WHERE NOT REGEXP_LIKE(LPAD(CAST(seq AS VARCHAR), 60000, 'ab'), '(a|b)+c$')",
                "earliest",
                BEGIN.plusSeconds(5).toString())
            .events(Format.NDJSON)
            .subscribe(event -> heavyRows.addAndGet(event.rows()));
    await().atMost(QueryBed.LIMIT).until(() -> heavyRows.get() > 0);

    Answer light = bed.ask("SELECT COUNT(*) AS n FROM " + stream + " WHERE seq < 10000");

    assertThat(light.rows).singleElement().asString().contains("10000");
    assertThat(heavyRows).hasValueLessThan(5_000);
    heavy.dispose();
  }

  @Test
  void tooManySubscribersOfAQueryAndTooManyInAllAreRefused() {
    String sql = "SELECT device FROM " + stream + " WHERE seq < 0 AND t < ";
    List<Disposable> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(bed.open(request(sql + 1, null)).events(Format.NDJSON).subscribe());
    }
    told(
        request(sql + 1, null),
        "SUBSCRIBER_LIMIT",
        "already 3 subscribers have this query",
        "sluice.query.max-subscribers-per-query");
    others.add(bed.open(request(sql + 2, null)).events(Format.NDJSON).subscribe());
    others.add(bed.open(request(sql + 2, null)).events(Format.NDJSON).subscribe());
    told(
        request(sql + 2, null),
        "SUBSCRIBER_LIMIT",
        "already 6 subscribers are here",
        "sluice.query.max-subscribers");
    others.forEach(Disposable::dispose);

    bed.open(request(sql + 2, null)).events(Format.NDJSON).subscribe().dispose();
    assertThat(bed.engine.running()).isEqualTo(1);
  }

  @Test
  void tooManyQueriesAreRefused() {
    String sql = "SELECT device FROM " + stream + " WHERE seq < 0 AND t < ";
    List<Disposable> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(bed.open(request(sql + i, null)).events(Format.NDJSON).subscribe());
    }
    told(
        request(sql + 3, null),
        "QUERY_LIMIT",
        "already 4 different queries run",
        "sluice.query.max-queries");
    others.forEach(Disposable::dispose);
  }

  @Test
  void whatIsNestedTooDeeplyIsRefused() {
    String deep = "(".repeat(400) + "seq" + " + 1)".repeat(400);

    told(
        request("SELECT " + deep + " AS x FROM " + stream, null),
        "QUERY_UNSUPPORTED",
        "brackets are nested 400 deep: at most 64",
        "write it flatter");
  }

  private static void told(QueryRequest request, String code, String limit, String setting) {
    Answer answer = new Answer();
    try {
      bed.open(request).events(Format.NDJSON).doOnNext(answer::add).blockLast(QueryBed.LIMIT);
    } catch (ProblemException e) {
      answer.error =
          tools.jackson.databind.json.JsonMapper.shared().valueToTree(e.problem().toMap());
    }
    assertThat(answer.error.path("code").asString()).isEqualTo(code);
    assertThat(answer.error.path("detail").asString()).contains(limit).contains(setting);
  }
}
