package dev.sluice.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.client.QueryEvent;
import dev.sluice.client.Row;
import dev.sluice.client.SluiceException;
import dev.sluice.client.SluiceQuery;
import dev.sluice.client.SluiceQueryBuilder;
import dev.sluice.embedded.Ports;
import dev.sluice.gateway.RunningGateway;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.test.StepVerifier;

/** Answers over RSocket, and a gateway that goes while they are read. */
class ResumedAnswerTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Instant BEGIN = Instant.parse("2015-01-01T00:00:00Z");
  private static final int EVENTS = 1_000;

  private static void declare(RunningGateway gateway, String stream) {
    gateway.declare(
        stream,
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "n", "type": "LONG"},
                    {"name": "ts", "type": "TIMESTAMP"}],
         "key": "device", "id": "n", "time": "ts", "historical": true, "partitions": 2}
        """);
  }

  private static void store(RunningGateway gateway, String stream, int first) {
    gateway.store(
        stream,
        IntStream.range(first, first + EVENTS)
            .mapToObj(
                n ->
                    "{\"device\":\"d%d\",\"n\":%d,\"ts\":\"%s\"}"
                        .formatted(n % 3, n, BEGIN.plusMillis(10L * n)))
            .toList());
  }

  private static SluiceQueryBuilder ask(int port, String sql) {
    return SluiceQuery.builder("127.0.0.1", port, sql)
        .from("earliest")
        .backoff(Duration.ofMillis(50), Duration.ofSeconds(1));
  }

  @Test
  void everyRowComesOnceOverARestart() {
    String stream = "restarted";
    int port = Ports.choose("127.0.0.1", Map.of("rsocket", 0)).get("rsocket");
    String fixed = "spring.rsocket.server.port=" + port;
    List<Row> filtered = new CopyOnWriteArrayList<>();
    List<Row> windows = new CopyOnWriteArrayList<>();
    Disposable.Composite reading = Disposables.composite();
    try (RunningGateway first = RunningGateway.start(fixed)) {
      declare(first, stream);
      reading.add(ask(port, "SELECT n FROM " + stream).build().rows().subscribe(filtered::add));
      reading.add(
          ask(
                  port,
                  "SELECT device, COUNT(*) AS c FROM "
                      + stream
                      + " GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), device")
              .build()
              .rows()
              .subscribe(windows::add));
      store(first, stream, 0);
      await().atMost(BOUND).until(() -> filtered.size() == EVENTS);
      await().atMost(BOUND).until(() -> !windows.isEmpty());
    }
    try (RunningGateway second = RunningGateway.start(fixed)) {
      store(second, stream, EVENTS);
      await().atMost(BOUND).until(() -> filtered.size() >= 2 * EVENTS);
      store(second, stream, 2 * EVENTS);
      await().atMost(BOUND).until(() -> filtered.size() >= 3 * EVENTS);
      await().atMost(BOUND).until(() -> windows.size() >= 20 * 3);
      reading.dispose();
    }

    assertThat(filtered)
        .extracting(row -> row.number("n").intValue())
        .doesNotHaveDuplicates()
        .hasSize(3 * EVENTS);
    assertThat(windows)
        .extracting(row -> row.string("window_start") + row.string("device"))
        .doesNotHaveDuplicates();
    assertThat(windows).allMatch(row -> !row.early() && row.number("c").intValue() >= 33);
  }

  @Test
  void demandIsThatOfTheSubscriberAndTheTokenGoesOnElsewhere() {
    RunningGateway gateway = RunningGateway.shared();
    String stream = "asked_for";
    declare(gateway, stream);
    store(gateway, stream, 0);
    String sql = "SELECT n, device FROM " + stream;
    List<Row> rows = new CopyOnWriteArrayList<>();
    StepVerifier.create(ask(gateway.rsocketPort(), sql).to("now").build().rows(), 0)
        .expectSubscription()
        .thenRequest(3)
        .recordWith(() -> rows)
        .expectNextCount(3)
        .thenCancel()
        .verify(BOUND);
    String token = rows.get(2).token();
    assertThat(token).isNotNull();

    List<QueryEvent> rest =
        ask(gateway.rsocketPort(), sql)
            .to("now")
            .after(token)
            .prefetch(1)
            .build()
            .events()
            .collectList()
            .block(BOUND);

    rest.forEach(
        event -> {
          if (event instanceof Row row) {
            rows.add(row);
          }
        });
    assertThat(rows)
        .extracting(row -> row.number("n").intValue())
        .doesNotHaveDuplicates()
        .hasSize(EVENTS);
    assertThat(rest.get(rest.size() - 1))
        .isInstanceOfSatisfying(
            QueryEvent.End.class, end -> assertThat(end.reason()).isEqualTo("to"));
    assertThat(rest).hasAtLeastOneElementOfType(QueryEvent.Watermark.class);
  }

  @Test
  void earlyRowsComeWhereTheyAreAskedFor() {
    RunningGateway gateway = RunningGateway.shared();
    String stream = "early";
    declare(gateway, stream);
    store(gateway, stream, 0);
    Row early =
        ask(
                gateway.rsocketPort(),
                "SELECT COUNT(*) AS c FROM " + stream + " GROUP BY TUMBLE(ts, INTERVAL '1' HOUR)")
            .emit(SluiceQueryBuilder.Emit.CHANGES)
            .every(Duration.ofMillis(100))
            .overflow(SluiceQueryBuilder.Overflow.CONFLATE)
            .build()
            .rows()
            .blockFirst(BOUND);
    assertThat(early.early()).isTrue();
    assertThat(early.deleted()).isFalse();
    assertThat(early.number("c").intValue()).isPositive();
  }

  @Test
  void whatIsWrongIsToldWithItsCode() {
    int port = RunningGateway.shared().rsocketPort();
    SluiceException wrong =
        catchThrowableOfType(
            SluiceException.class,
            () -> ask(port, "SELECT x FROM nowhere").build().rows().blockLast(BOUND));
    assertThat(wrong.code()).isEqualTo("QUERY_UNKNOWN_TABLE");
    assertThat(wrong.status()).isEqualTo(404);
    assertThat(wrong.detail()).contains("nowhere");
  }
}
