package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the language holds is bounded, over a real log of three partitions. */
class LanguageTest {
  private static final Instant START = Instant.parse("2015-01-01T00:00:00Z");
  private static final String STREAM = "languages";
  private static QueryBed bed;

  /** A minute has 600 events; see {@link #device}. */
  @BeforeAll
  static void send() {
    QuerySettings defaults = QuerySettings.defaults();
    bed =
        new QueryBed(
            new QuerySettings(
                defaults.threads(),
                defaults.catchUpReaders(),
                defaults.tailCapacity(),
                defaults.dedupeCapacity(),
                defaults.subscriberCapacity(),
                defaults.crowd(),
                new QuerySettings.State(1_000, 64 << 10, 100, 1_000)));
    bed.declare(
        new StreamDefinition(
            STREAM,
            List.of(
                new Field("device", FieldType.STRING, false),
                new Field("seq", FieldType.LONG, false),
                new Field("ts", FieldType.TIMESTAMP, false),
                new Field("note", FieldType.STRING, true)),
            new Identity("device", "seq", Duration.ofMinutes(1)),
            new EventTime(
                "ts",
                true,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofMillis(500),
                null,
                null),
            new Storage(3, Duration.ofDays(7)),
            StreamDefinition.UnknownFields.REJECT));
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      events.add(
          "{\"device\":\"%s\",\"seq\":%d,\"ts\":\"%s\",\"note\":%s}"
              .formatted(
                  device(i),
                  i,
                  START.plusMillis(100L * i),
                  i % 5 == 0 ? "null" : "\"a note of some length, number " + i + "\""));
    }
    bed.send(STREAM, events.toString());
    for (int partition = 0; partition < 3; partition++) {
      bed.punctuate(STREAM, partition, START.plus(Duration.ofHours(1)));
    }
  }

  /** a every second time, b every fourth, c every eighth, …, e the rest. */
  private static String device(int event) {
    return String.valueOf((char) ('a' + Math.min(4, Integer.numberOfTrailingZeros(event + 1))));
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  @Test
  void listBeyondItsBoundEndsTheQueryAndNamesTheSetting() {
    Answer answer = bed.ask("SELECT ARRAY_AGG(seq) AS a FROM languages");

    assertThat(answer.error.path("code").asString()).isEqualTo("QUERY_STATE_LIMIT");
    assertThat(answer.error.path("detail").asString())
        .contains("more than 100 values", "sluice.query.max-list-values");
  }

  @Test
  void stateBeyondItsBytesEndsTheQueryAndNamesTheSetting() {
    Answer answer = bed.ask("SELECT COUNT(DISTINCT note) AS n FROM languages");

    assertThat(answer.error.path("code").asString()).isEqualTo("QUERY_STATE_LIMIT");
    assertThat(answer.error.path("detail").asString())
        .contains("65536 bytes", "sluice.query.max-state");
    assertThat(bed.ask("SELECT APPROX_COUNT_DISTINCT(note) AS n FROM languages").rows)
        .singleElement()
        .asString()
        .containsPattern("\"n\":2[34]\\d\\d}");
  }

  @Test
  void columnDoesNotSayThatAnEarlyRowIsTakenBack() {
    String windows =
        "SELECT note IS NULL AS deleted, COUNT(*) AS n FROM languages"
            + " GROUP BY TUMBLE(ts, INTERVAL '1' HOUR), note IS NULL";
    String total = "SELECT device AS deleted, COUNT(*) AS n FROM languages GROUP BY device";
    assertThat(
            List.of(
                new QueryRequest(windows, "earliest", null, "changes", null),
                new QueryRequest(windows, "earliest", "now", null, null),
                new QueryRequest(total, "earliest", null, null, null)))
        .allSatisfy(
            request ->
                assertThatThrownBy(() -> bed.open(request))
                    .hasMessageContaining("deleted is the name of the member"));

    assertThat(bed.ask("SELECT seq AS deleted FROM languages WHERE seq = 1").rows)
        .containsExactly("{\"deleted\":1}");
  }

  @Test
  void groupsAreCutAtUnitsOfTheCalendarToo() {
    assertThat(
            bed.ask(
                    "SELECT EXTRACT(MINUTE FROM ts) AS m, APPROX_PERCENTILE(seq, 0.5) AS p,"
                        + " COUNT(*) FILTER (WHERE REGEXP_LIKE(note, '[02468]$')) AS even"
                        + " FROM languages WHERE ts < TIMESTAMP '2015-01-01 00:02:00'"
                        + " GROUP BY EXTRACT(MINUTE FROM ts)")
                .rows)
        .hasSize(2)
        .first()
        .asString()
        .startsWith("{\"m\":0,\"p\":")
        .endsWith(",\"even\":240}");
  }
}
