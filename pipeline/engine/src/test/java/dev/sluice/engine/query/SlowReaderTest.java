package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/** Who reads more slowly than rows come. */
class SlowReaderTest {
  private static final Duration LATENESS = Duration.ofSeconds(5);
  private static QueryBed bed;

  @BeforeAll
  static void start() {
    bed = new QueryBed(QuerySettings.defaults());
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  @Test
  void subscriberThatStopsReadingLosesTheOldestIsToldAndHurtsNobody() throws InterruptedException {
    String s = "slow_live";
    bed.declare(Readings.definition(s, false, 1, LATENESS));
    LiveQuery query =
        bed.open(
            new QueryRequest(
                "SELECT seq, device, ts, t FROM " + s,
                null,
                null,
                null,
                null,
                null,
                "drop-oldest"));
    Answer slow = new Answer();
    Answer quick = new Answer();
    BaseSubscriber<QueryEvent> stalled =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {}

          @Override
          protected void hookOnNext(QueryEvent event) {
            slow.add(event);
          }
        };
    CountDownLatch begun = new CountDownLatch(1);
    int events = 40_000;
    CountDownLatch all = new CountDownLatch(1);
    var reading =
        query
            .events(Format.NDJSON)
            .doOnNext(quick::add)
            .subscribe(
                event -> {
                  begun.countDown();
                  if (quick.count() >= events) {
                    all.countDown();
                  }
                });
    query.events(Format.NDJSON).subscribe(stalled);
    assertThat(begun.await(60, TimeUnit.SECONDS))
        .as("the first watermark says that it runs")
        .isTrue();

    for (int i = 0; i < events; i += 1_000) {
      Readings.sendNumbers(bed, s, Instant.now(), i, i + 1_000);
    }
    assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
    stalled.requestUnbounded();

    assertThat(quick.rows).hasSize(events).doesNotHaveDuplicates();
    assertThat(quick.gap).isZero();
    assertThat(slow.gap).isPositive();
    assertThat(slow.gap + slow.rows.size()).isEqualTo(events);
    reading.dispose();
    stalled.cancel();
  }

  @Test
  void slowReaderOfThePastLosesNothing() {
    String s = "slow_past";
    bed.declare(Readings.definition(s, true, 1, LATENESS));
    for (int i = 0; i < 40_000; i += 1_000) {
      Readings.sendNumbers(bed, s, Instant.parse("2015-01-01T00:00:00Z"), i, i + 1_000);
    }

    Answer rows = askSlowly("SELECT seq, device, ts, t, ts AS a, ts AS b, ts AS c FROM " + s);
    assertThat(rows.gap).isZero();
    assertThat(rows.rows.size()).isEqualTo(40_000);
    assertThat(Set.copyOf(rows.rows).size()).isEqualTo(40_000);
    assertThat(rows.accounted("counted")).isEqualTo(40_000);

    bed.punctuate(s, 0, Instant.parse("2015-01-01T01:00:00Z"));
    Answer groups =
        askSlowly(
            "SELECT seq, COUNT(*) AS n FROM "
                + s
                + " GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), seq");
    assertThat(groups.gap).isZero();
    assertThat(groups.rows.size()).isEqualTo(40_000);
    assertThat(Set.copyOf(groups.rows).size()).isEqualTo(40_000);
  }

  /** Takes one event after the other, each after a while. */
  private static Answer askSlowly(String sql) {
    Answer answer = new Answer();
    bed.open(sql, "earliest", "now")
        .events(Format.NDJSON)
        .concatMap(event -> Mono.delay(Duration.ofMillis(2)).thenReturn(event), 0)
        .doOnNext(answer::add)
        .blockLast(QueryBed.LIMIT);
    return answer;
  }
}
