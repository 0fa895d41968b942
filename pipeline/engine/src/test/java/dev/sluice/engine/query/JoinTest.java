package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.conformance.Postgres;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.reference.ReferenceSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams joined with reference tables, against PostgreSQL's own JOIN of the same rows. */
class JoinTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  private static JoinBed bed;
  private static Postgres postgres;

  @BeforeAll
  static void start() {
    bed = new JoinBed(ReferenceSettings.DEFAULT);
    postgres = new Postgres("joined");
  }

  @AfterAll
  static void stop() {
    postgres.close();
    bed.close();
  }

  @Test
  void rowsAreThoseOfPostgresJoin() {
    Random random = new Random(7);
    bed.stream("joined_events", JoinBed.EVENTS);
    postgres.execute(
        "CREATE TABLE joined_events (seq bigint, device text, code bigint, x double precision, note text)");
    for (int frame = 0; frame < 3; frame++) {
      sendRandom(random, frame);
    }
    CatalogTable devices = bed.table("joined_devices", JoinBed.DEVICES);
    bed.put(devices, randomDevices(random));
    CatalogTable codes =
        bed.table(
            "joined_codes",
            """
            {"fields": [{"name": "what", "type": "STRING", "nullable": true},
                        {"name": "code", "type": "LONG"}, {"name": "site", "type": "STRING"}],
             "key": ["site", "code"]}
            """);
    bed.put(
        codes,
        IntStream.range(0, 30)
            .mapToObj(
                i ->
                    "{\"site\": \"s%d\", \"code\": %d, \"what\": \"w%d\"}"
                        .formatted(i % 5, i / 5, random.nextInt(4)))
            .toList()
            .toString());
    CatalogTable numbers =
        bed.table(
            "joined_numbers",
            """
            {"fields": [{"name": "x", "type": "DOUBLE"}, {"name": "name", "type": "STRING"}], "key": "x"}
            """);
    bed.put(
        numbers,
        "[{\"x\": -0.0, \"name\": \"zero\"}, {\"x\": 2, \"name\": \"two\"}, {\"x\": 2.5, \"name\": \"more\"}]");

    String e = " FROM joined_events e ";
    String d = " JOIN joined_devices d ON e.device = d.device ";
    same("SELECT e.seq, d.site, d.floor, d.limit_c, d.active, d.device" + e + d);
    same("SELECT e.seq, d.site, d.floor, d.limit_c, d.active, d.device" + e + "LEFT" + d);
    same("SELECT e.seq, d.site" + e + "LEFT" + d + "WHERE d.device IS NULL OR d.limit_c < 20");
    same("SELECT e.seq" + e + d + "AND e.code > d.floor AND d.active WHERE e.x < d.limit_c");
    same("SELECT e.seq, d.site" + e + "JOIN joined_devices d ON UPPER(e.device) = d.device");
    same(
        "SELECT e.seq, c.what"
            + e
            + "LEFT"
            + d
            + "JOIN joined_codes c ON c.code = e.code AND d.site = c.site");
    same(
        "SELECT e.seq, d.floor, c.what"
            + e
            + d
            + "LEFT JOIN joined_codes c ON c.code = e.code AND d.site = c.site WHERE e.seq > 10");
    same("SELECT e.seq, n.name" + e + "LEFT JOIN joined_numbers n ON n.x = e.x");
    same("SELECT e.seq, n.name" + e + "JOIN joined_numbers n ON n.x = e.code");
    same(
        "SELECT l.seq, d.site FROM (SELECT seq, device FROM joined_events WHERE code > 2) l"
            + " JOIN joined_devices d ON l.device = d.device");
    same(
        "SELECT d.site, COUNT(*) AS n, SUM(e.code) AS s, MAX(d.limit_c) AS m"
            + e
            + d
            + "GROUP BY d.site");
    same("SELECT DISTINCT d.site, d.active" + e + "LEFT" + d);
    same("SELECT d.site, COUNT(*) AS n" + e + d + "GROUP BY d.site HAVING COUNT(*) > 20");
    same(
        "SELECT e.seq, d.site"
            + e
            + d
            + "UNION ALL SELECT e.seq, d.site"
            + e
            + "LEFT"
            + d
            + "WHERE e.seq < 50 UNION ALL SELECT seq, note FROM joined_events");
    same(
        "SELECT e.seq, w.word, d.site" + e + d + ", UNNEST(SPLIT(e.note, ' ')) AS w(word)",
        "SELECT e.seq, w.word, d.site"
            + e
            + d.replace(" joined_devices", " tables.joined_devices")
            + "CROSS JOIN LATERAL unnest(string_to_array(e.note, ' ')) AS w(word)");
  }

  @Test
  void anEventWithoutARowIsAccountedAsFiltered() {
    bed.stream("lone_events", JoinBed.EVENTS);
    CatalogTable devices = bed.table("lone_devices", JoinBed.DEVICES);
    bed.put(devices, "[{\"device\": \"a\"}]");
    bed.send(
        "lone_events",
        "[{\"seq\": 1, \"device\": \"a\"}, {\"seq\": 2, \"device\": \"b\"}, {\"seq\": 3}]");

    Answer answer =
        bed.ask("SELECT e.seq FROM lone_events e JOIN lone_devices d ON e.device = d.device");

    assertThat(answer.rows).containsExactly("{\"seq\":1}");
    assertThat(answer.accounted("read")).isEqualTo(3);
    assertThat(answer.accounted("filtered")).isEqualTo(2);
    assertThat(answer.accounted("counted")).isEqualTo(1);
  }

  private static void same(String sql) {
    same(
        sql,
        sql.replace(" joined_devices", " tables.joined_devices")
            .replace(" joined_codes", " tables.joined_codes")
            .replace(" joined_numbers", " tables.joined_numbers"));
  }

  private static void same(String sql, String oracle) {
    List<String> expected = postgres.query(oracle).stream().map(JoinTest::text).sorted().toList();
    List<String> rows = bed.ask(sql).told.stream().map(JoinTest::text).sorted().toList();
    assertThat(expected).as(oracle).isNotEmpty();
    assertThat(rows).as(sql).isEqualTo(expected);
  }

  private static String text(List<@Nullable Object> row) {
    StringJoiner text = new StringJoiner("|");
    for (Object value : row) {
      text.add(
          value instanceof Number number
              ? Double.toString(number.doubleValue() + 0.0)
              : String.valueOf(value));
    }
    return text.toString();
  }

  private static String text(String json) {
    List<@Nullable Object> row = new ArrayList<>();
    for (JsonNode value : JSON.readTree(json)) {
      row.add(
          value.isNull()
              ? null
              : value.isNumber()
                  ? (Object) value.doubleValue()
                  : value.isBoolean() ? (Object) value.booleanValue() : value.stringValue());
    }
    return text(row);
  }

  private static void sendRandom(Random random, int frame) {
    List<String> events = new ArrayList<>();
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      int seq = frame * 100 + i;
      String device = random.nextInt(8) == 0 ? null : name(random);
      Long code = random.nextInt(8) == 0 ? null : (long) random.nextInt(6);
      Double x = random.nextInt(8) == 0 ? null : random.nextInt(8) / 2.0;
      String note = "n" + random.nextInt(3) + " m" + random.nextInt(3);
      events.add(
          "{\"seq\": %d, \"device\": %s, \"code\": %s, \"x\": %s, \"note\": \"%s\"}"
              .formatted(seq, device == null ? null : "\"" + device + "\"", code, x, note));
      csv.append(seq)
          .append(',')
          .append(Postgres.quoted(device))
          .append(',')
          .append(Postgres.quoted(code))
          .append(',')
          .append(Postgres.quoted(x))
          .append(',')
          .append(Postgres.quoted(note))
          .append('\n');
    }
    bed.send("joined_events", events.toString());
    postgres.copy("joined_events", csv.toString());
  }

  /** Names that differ in case, and beyond Latin. */
  private static String name(Random random) {
    return List.of("a", "A", "b", "bus-7", "BUS-7", "ä", "日本", "").get(random.nextInt(8))
        + (random.nextBoolean() ? "" : random.nextInt(40));
  }

  private static String randomDevices(Random random) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rows.add(
          "{\"device\": \"%s\", \"site\": %s, \"floor\": %s, \"limit_c\": %s, \"active\": %s}"
              .formatted(
                  name(random),
                  random.nextInt(5) == 0 ? null : "\"s" + random.nextInt(5) + "\"",
                  random.nextInt(5) == 0 ? null : random.nextInt(5),
                  random.nextInt(5) == 0 ? null : random.nextInt(80) / 2.0,
                  random.nextInt(5) == 0 ? null : random.nextBoolean()));
    }
    return rows.toString();
  }
}
