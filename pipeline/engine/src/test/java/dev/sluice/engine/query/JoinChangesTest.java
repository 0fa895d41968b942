package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.conformance.Postgres;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.reference.ReferenceCopies;
import dev.sluice.engine.reference.ReferenceCopies.State;
import dev.sluice.engine.reference.ReferenceSettings;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Tables that change, grow or go while streams are joined with them. */
class JoinChangesTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MOST_ROWS = 2_000;

  private static JoinBed bed;
  private static Postgres postgres;

  @BeforeAll
  static void start() {
    bed = new JoinBed(new ReferenceSettings(MOST_ROWS, ReferenceSettings.DEFAULT_MAX_BYTES));
    postgres = new Postgres("joined_changes");
  }

  @AfterAll
  static void stop() {
    postgres.close();
    bed.close();
  }

  /** Sends events until one is answered so. */
  private static void awaitRow(
      String stream, Answer answer, AtomicInteger seq, String device, String row) {
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              int sent = seq.incrementAndGet();
              bed.send(stream, "[{\"seq\": %d, \"device\": \"%s\"}]".formatted(sent, device));
              synchronized (answer) {
                return answer.rows.stream().anyMatch(row::equals);
              }
            });
  }

  private static void awaitSite(
      String stream, Answer answer, AtomicInteger seq, String device, @Nullable String site) {
    String value = site == null ? "null" : "\"" + site + "\"";
    awaitRow(stream, answer, seq, device, "{\"device\":\"" + device + "\",\"site\":" + value + "}");
    synchronized (answer) {
      answer.rows.clear();
    }
  }

  private static String sites(String name) {
    return "SELECT e.device, d.site FROM "
        + name
        + "_events e LEFT JOIN "
        + name
        + "_devices d ON e.device = d.device";
  }

  @Test
  void aChangeIsUsedForTheEventsAfterItHoweverItWasMade() {
    String stream = "moving_events";
    bed.stream(stream, JoinBed.EVENTS);
    CatalogTable devices = bed.table("moving_devices", JoinBed.DEVICES);
    Answer answer = new Answer();
    AtomicInteger seq = new AtomicInteger();
    Disposable listening = bed.listen(sites("moving"), answer);
    try {
      awaitSite(stream, answer, seq, "a", null);
      bed.put(devices, "[{\"device\": \"a\", \"site\": \"by API\"}]");
      awaitSite(stream, answer, seq, "a", "by API");
      postgres.execute("UPDATE tables.moving_devices SET site = 'by SQL' WHERE device = 'a'");
      awaitSite(stream, answer, seq, "a", "by SQL");
      postgres.copy("tables.moving_devices (device, site)", "b,copied\nc,copied\n");
      awaitSite(stream, answer, seq, "c", "copied");
      postgres.execute("UPDATE tables.moving_devices SET device = 'd' WHERE device = 'c'");
      awaitSite(stream, answer, seq, "c", null);
      awaitSite(stream, answer, seq, "d", "copied");
      bed.delete(devices, "[\"d\"]");
      awaitSite(stream, answer, seq, "d", null);
      postgres.execute("DELETE FROM tables.moving_devices WHERE device = 'b'");
      awaitSite(stream, answer, seq, "b", null);
      postgres.execute(
          "INSERT INTO tables.moving_devices (device, site)"
              + " SELECT 'many-' || i, 'of many' FROM generate_series(1, 1000) AS i");
      awaitSite(stream, answer, seq, "many-1000", "of many");
      postgres.execute("TRUNCATE tables.moving_devices");
      awaitSite(stream, answer, seq, "a", null);
      awaitSite(stream, answer, seq, "many-1", null);
    } finally {
      listening.dispose();
    }
  }

  @Test
  void whatChangedWhileNobodyHeardIsReadAfterwards() {
    String stream = "cut_events";
    bed.stream(stream, JoinBed.EVENTS);
    CatalogTable devices = bed.table("cut_devices", JoinBed.DEVICES);
    bed.put(devices, "[{\"device\": \"a\", \"site\": \"before\"}]");
    Answer answer = new Answer();
    AtomicInteger seq = new AtomicInteger();
    Disposable listening = bed.listen(sites("cut"), answer);
    try {
      awaitSite(stream, answer, seq, "a", "before");
      postgres.execute("BEGIN");
      postgres.execute("UPDATE tables.cut_devices SET site = 'after' WHERE device = 'a'");
      postgres.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice'"
              + " AND (query = 'SELECT 1' OR query LIKE '%tables.%' OR query LIKE 'LISTEN sluice_tables')");
      postgres.execute("COMMIT");
      awaitSite(stream, answer, seq, "a", "after");
      assertThat(state(devices).rows()).isEqualTo(1);
      await().atMost(LIMIT).until(() -> state(devices).current());
    } finally {
      listening.dispose();
    }
  }

  private static State state(CatalogTable table) {
    return Objects.requireNonNull(bed.copies.state(table));
  }

  // ---- bounds and ends ----

  @Test
  void aTableThatBecomesTooLargeEndsItsQueriesAndNobodyElses() {
    String stream = "grown_events";
    bed.stream(stream, JoinBed.EVENTS);
    bed.table("grown_devices", JoinBed.DEVICES);
    CatalogTable other = bed.table("other_devices", JoinBed.DEVICES);
    bed.put(other, "[{\"device\": \"a\", \"site\": \"other\"}]");
    Answer over = new Answer();
    Answer well = new Answer();
    AtomicInteger seq = new AtomicInteger();
    Disposable first = bed.listen(sites("grown"), over);
    Disposable second =
        bed.listen(
            "SELECT e.device, d.site FROM grown_events e LEFT JOIN other_devices d ON e.device = d.device",
            well);
    try {
      awaitSite(stream, over, seq, "a", null);
      postgres.execute(
          "INSERT INTO tables.grown_devices (device) SELECT 'd' || i FROM generate_series(0, "
              + MOST_ROWS
              + ") AS i");
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                bed.send(stream, "[{\"seq\": 0, \"device\": \"b\"}]");
                return over.error.path("code").stringValue("").equals("TABLE_TOO_LARGE");
              });
      awaitSite(stream, well, seq, "a", "other");
      assertThat(well.error.isNull()).isTrue();
      assertThat(refusal(() -> bed.open(sites("grown"), null, null)))
          .isEqualTo(ProblemCode.TABLE_TOO_LARGE);
      postgres.execute("DELETE FROM tables.grown_devices WHERE device <> 'd1'");
      assertThat(bed.ask(sites("grown")).rows).isNotEmpty();
    } finally {
      first.dispose();
      second.dispose();
    }
  }

  @Test
  void aChangedOrDeletedTableEndsWhoJoinsIt() {
    String stream = "ended_events";
    bed.stream(stream, JoinBed.EVENTS);
    bed.table("ended_devices", JoinBed.DEVICES);
    Answer changed = new Answer();
    Answer deleted = new Answer();
    Disposable first = bed.listen(sites("ended"), changed);
    bed.table(
        "ended_devices",
        JoinBed.DEVICES.replace(
            "],", ", {\"name\": \"owner\", \"type\": \"STRING\", \"nullable\": true}],"));
    await().atMost(LIMIT).until(() -> !changed.error.isNull());
    Disposable second = bed.listen(sites("ended"), deleted);
    bed.catalog.deleteTable("ended_devices").block(LIMIT);
    await().atMost(LIMIT).until(() -> !deleted.error.isNull());

    assertThat(changed.error.path("code").stringValue()).isEqualTo("STREAM_CHANGED");
    assertThat(deleted.error.path("code").stringValue()).isEqualTo("STREAM_CHANGED");
    assertThat(deleted.error.path("detail").stringValue()).contains("ended_devices was deleted");
    assertThat(refusal(() -> bed.open(sites("ended"), null, null)))
        .isEqualTo(ProblemCode.QUERY_UNKNOWN_TABLE);
    first.dispose();
    second.dispose();
  }

  @Test
  void aFirstUseWhilePostgresIsAwayIsRefused() {
    CatalogTable table = bed.table("away_devices", JoinBed.DEVICES);
    try (ReferenceCopies away =
        new ReferenceCopies(
            new CatalogSettings(
                "postgresql://nobody:nothing@127.0.0.1:1/none", 1, Duration.ofMillis(300)),
            ReferenceSettings.DEFAULT,
            Clock.systemUTC())) {
      assertThat(refusal(() -> away.open(table).block(LIMIT)))
          .isEqualTo(ProblemCode.CATALOG_UNAVAILABLE);
      assertThat(away.state(table)).isNull();
    }
  }

  private static ProblemCode refusal(Runnable asking) {
    return Assertions.catchThrowableOfType(ProblemException.class, asking::run).problem().code();
  }
}
