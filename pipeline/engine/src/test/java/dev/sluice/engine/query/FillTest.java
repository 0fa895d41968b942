package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.query.LiveQuery.OutputColumn;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.query.QueryRequest.Filling;
import dev.sluice.model.stream.FieldType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

class FillTest {
  private static final Instant BEGIN = Instant.parse("2015-01-01T00:00:00Z");
  private static final String BY_DEVICE =
      "SELECT device, COUNT(*) AS n, SUM(t) AS s, MAX(device) AS d FROM %s"
          + " GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device";
  private static QueryBed bed;
  private static String readings;

  /** a has events in the windows 0 and 1, b in 0 and 5; the watermark is that of window 7. */
  @BeforeAll
  static void start() {
    bed = new QueryBed(QuerySettings.defaults());
    readings = "fill";
    bed.declare(Readings.definition(readings, true, 2, Duration.ofSeconds(5)));
    for (Object[] event : new Object[][] {{"a", 1}, {"b", 2}, {"a", 13}, {"b", 54}}) {
      send(readings, (String) event[0], (int) event[1]);
    }
    punctuate(readings, 70);
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  private static void send(String stream, String device, int second) {
    bed.send(
        stream,
        "[" + Readings.event(device, second, BEGIN.plusSeconds(second), second) + "]",
        device.equals("a") ? 0 : 1);
  }

  private static void punctuate(String stream, int second) {
    bed.punctuate(stream, 0, BEGIN.plusSeconds(second));
    bed.punctuate(stream, 1, BEGIN.plusSeconds(second));
  }

  private static QueryRequest request(
      String sql, @Nullable String from, @Nullable String fill, @Nullable String fillFor) {
    return new QueryRequest(
        sql.formatted(readings),
        from,
        "now",
        null,
        null,
        null,
        null,
        new Filling(fill, fillFor),
        null);
  }

  /** Windows by their number, then device, aggregates, and f where a row was filled in. */
  private static List<String> rows(QueryRequest request) {
    Answer answer = new Answer();
    bed.open(request).events(Format.NDJSON).doOnNext(answer::add).blockLast(QueryBed.LIMIT);
    assertThat(answer.error.isNull()).as(answer.error.toString()).isTrue();
    return answer.rows.stream().map(FillTest::brief).toList();
  }

  private static String brief(String row) {
    var json = JsonMapper.shared().readTree(row);
    long start = Instant.parse(json.get("window_start").asString()).getEpochSecond();
    return (start - BEGIN.getEpochSecond()) / 10
        + json.get("device").asString()
        + " "
        + json.get("n")
        + " "
        + json.get("s")
        + " "
        + (json.get("d").isNull() ? "-" : json.get("d").asString())
        + (json.has("filled") ? " f" : "");
  }

  @Test
  void silentGroupHasTheRowThatWasAskedForForAsLongAsItIsExpected() {
    assertThat(rows(request(BY_DEVICE, "earliest", "previous", "2")))
        .containsExactly(
            "0a 1 1.0 a",
            "0b 1 2.0 b",
            "1a 1 13.0 a",
            "1b 1 2.0 b f",
            "2a 1 13.0 a f",
            "2b 1 2.0 b f",
            "3a 1 13.0 a f",
            "5b 1 54.0 b",
            "6b 1 54.0 b f");
    assertThat(rows(request(BY_DEVICE, "earliest", "zero", "10s")))
        .containsExactly(
            "0a 1 1.0 a",
            "0b 1 2.0 b",
            "1a 1 13.0 a",
            "1b 0 0.0 - f",
            "2a 0 0.0 - f",
            "5b 1 54.0 b",
            "6b 0 0.0 - f");
    assertThat(rows(request(BY_DEVICE, "earliest", "null", null)))
        .hasSize(14)
        .contains("6a null null - f");
  }

  @Test
  void whoBeginsLaterHasTheSameRowsFromThereOn() {
    List<String> all = rows(request(BY_DEVICE, "earliest", "previous", "4"));

    assertThat(rows(request(BY_DEVICE, "2015-01-01T00:00:25Z", "previous", "4")))
        .isEqualTo(all.stream().filter(row -> row.charAt(0) >= '2').toList())
        .contains("4b 1 2.0 b f");
  }

  @Test
  void whoComesBackHasEveryRowOnce() {
    QueryRequest request = request(BY_DEVICE, "earliest", "previous", "4");
    List<String> all = rows(request);
    List<String> ids = new ArrayList<>();
    bed.open(request)
        .events(Format.NDJSON_IDS)
        .filter(event -> event.kind() == Kind.ROW)
        .doOnNext(event -> text(event).lines().forEach(line -> ids.add(id(line))))
        .blockLast(QueryBed.LIMIT);

    assertThat(ids).hasSameSizeAs(all);
    for (int had = 1; had <= ids.size(); had++) {
      assertThat(rows(request.resumedAfter(ids.get(had - 1))))
          .isEqualTo(all.subList(had, all.size()));
    }
    assertThatThrownBy(
            () -> bed.open(request(BY_DEVICE, "earliest", "zero", "4").resumedAfter(ids.get(0))))
        .hasMessageContaining("the resume token is of another query");
  }

  private static String id(String line) {
    return JsonMapper.shared().readTree(line).get("id").asString();
  }

  private static String text(QueryEvent event) {
    return new String(event.encoded(Format.NDJSON_IDS), StandardCharsets.UTF_8);
  }

  @Test
  void havingOrderAndLimitDecideOverFilledRowsAsOverOthers() {
    assertThat(rows(request(BY_DEVICE + " HAVING COUNT(*) = 0", "earliest", "zero", "1")))
        .containsExactly("1b 0 0.0 - f", "2a 0 0.0 - f", "6b 0 0.0 - f");
    assertThat(rows(request(BY_DEVICE + " HAVING COUNT(*) = 0", "earliest", "null", "1")))
        .isEmpty();
    assertThat(rows(request(BY_DEVICE + " ORDER BY s DESC LIMIT 1", "earliest", "previous", "1")))
        .containsExactly(
            "0b 1 2.0 b", "1a 1 13.0 a", "2a 1 13.0 a f", "5b 1 54.0 b", "6b 1 54.0 b f");
  }

  @Test
  void filledRowsComeLiveAsTheWatermarkPasses() {
    String live = "fill_live";
    bed.declare(Readings.definition(live, true, 2, Duration.ofSeconds(5)));
    send(live, "a", 1);
    QueryRequest request =
        new QueryRequest(
            BY_DEVICE.formatted(live),
            "earliest",
            null,
            "changes",
            null,
            null,
            null,
            new Filling("zero", "2"),
            null);

    StepVerifier.create(
            bed.open(request)
                .events(Format.NDJSON)
                .filter(event -> event.kind() == Kind.ROW)
                .concatMapIterable(
                    event ->
                        new String(event.encoded(Format.NDJSON), StandardCharsets.UTF_8)
                            .lines()
                            .map(line -> JsonMapper.shared().readTree(line).get("row").toString())
                            .map(FillTest::brief)
                            .toList()))
        .then(() -> punctuate(live, 15))
        .expectNext("0a 1 1.0 a")
        .then(() -> punctuate(live, 20))
        .expectNext("1a 0 0.0 - f")
        .then(() -> punctuate(live, 60))
        .expectNext("2a 0 0.0 - f")
        .then(() -> send(live, "a", 71))
        .then(() -> punctuate(live, 80))
        .expectNext("7a 1 71.0 a")
        .thenCancel()
        .verify(QueryBed.LIMIT);
  }

  @Test
  void arraysSayInAColumnWhetherARowWasFilledIn() {
    LiveQuery query = bed.open(request(BY_DEVICE, "earliest", "zero", "1"));
    StringBuilder rows = new StringBuilder();
    query
        .events(Format.JSON)
        .filter(event -> event.kind() == Kind.ROW)
        .doOnNext(
            event ->
                rows.append(new String(event.encoded(Format.JSON), StandardCharsets.UTF_8))
                    .append(','))
        .blockLast(QueryBed.LIMIT);

    assertThat(query.columns()).endsWith(new OutputColumn("filled", FieldType.BOOLEAN));
    assertThat(rows).contains("\"b\",1,2.0,\"b\",false],").contains("\"b\",0,0.0,null,true],");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "zero | - | SELECT seq FROM %s | this query has no windows",
        "zero | - | SELECT COUNT(*) FROM %s | this query has no windows",
        "zero | - | SELECT COUNT(*) FROM %s GROUP BY SESSION(ts, INTERVAL '1' SECOND) | sessions",
        "zero | 0 | SELECT COUNT(*) FROM %s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND) | fill-for must be 1 to 1000 windows",
        "zero | 0.5s | SELECT COUNT(*) FROM %s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND) | was \"0.5s\"",
        "zero | 1h | SELECT COUNT(*) FROM %s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND) | was \"1h\"",
        "last | - | SELECT COUNT(*) FROM %s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND) | fill must be null, previous or zero: was \"last\"",
        "- | 3 | SELECT COUNT(*) FROM %s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND) | fill-for needs fill",
        "zero | - | SELECT COUNT(*) AS filled FROM %s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND) | call the column something else"
      })
  void whatCannotBeFilledIsRefused(
      @Nullable String fill, @Nullable String fillFor, String sql, String message) {
    assertThatThrownBy(() -> bed.open(request(sql, null, fill, fillFor)))
        .hasMessageContaining(message);
  }
}
