package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.model.event.EventBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The queries of the tutorial, as they stand there, against a count of the same lines by hand. */
class WordCountTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Path TUTORIAL = Path.of("../../deployment/docs/word-count.md");
  private static final List<Word> WORDS = new ArrayList<>();
  private static MemoryLog log;
  private static List<String> queries;

  private record Word(String text, Instant time) {}

  private record Counted(String word, long count) {}

  @BeforeAll
  static void read() throws IOException {
    Matcher found =
        Pattern.compile("\"(SELECT [^\"]+ FROM access_log[^\"]+)\"")
            .matcher(Files.readString(TUTORIAL));
    queries = found.results().map(result -> result.group(1)).toList();
    log = new MemoryLog(AccessLog.stream("access_log", Duration.ofMinutes(1)));
    for (String frame : AccessLog.frames()) {
      String unquoted = frame.replace("\\\"", "");
      log.send(0, unquoted);
      for (JsonNode event : JSON.readTree(unquoted)) {
        for (String word : event.get("text").stringValue().split(" ")) {
          if (!word.isEmpty()) {
            WORDS.add(new Word(word, Instant.parse(event.get("ts").stringValue())));
          }
        }
      }
    }
    log.punctuate(0, Instant.parse("2016-01-01T00:00:00Z").toEpochMilli());
  }

  private static Answer answer(int query) {
    List<EventBatch> batches = log.read(Long.MIN_VALUE).get(0);
    return log.query(queries.get(query), false).run(Long.MIN_VALUE, batches);
  }

  private static <K extends Comparable<K>> Map<K, List<Word>> by(
      Function<Word, K> key, Predicate<Word> which) {
    return WORDS.stream()
        .filter(which)
        .collect(Collectors.groupingBy(key, TreeMap::new, Collectors.toList()));
  }

  private static List<Counted> most(List<Word> words, int limit) {
    return words.stream()
        .collect(Collectors.groupingBy(Word::text, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> new Counted(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(Counted::count).reversed().thenComparing(Counted::word))
        .limit(limit)
        .toList();
  }

  private static List<Counted> counted(Stream<String> rows) {
    return rows.map(JSON::readTree)
        .map(row -> new Counted(row.get("word").stringValue(), row.get("n").longValue()))
        .toList();
  }

  @Test
  void tenMostFrequentWordsOfTheLog() {
    Answer answer = answer(0);

    assertThat(counted(answer.rows.stream())).isEqualTo(most(WORDS, 10));
    assertThat(answer.rows.get(0)).isEqualTo("{\"word\":\"GET\",\"n\":9952}");
    assertThat(answer.accounted("counted")).isEqualTo(AccessLog.LINES);
  }

  @Test
  void threeMostFrequentPathsOfEachDay() {
    List<Counted> expected =
        by(
                word -> LocalDate.ofInstant(word.time(), ZoneOffset.UTC),
                word -> word.text().startsWith("/"))
            .values()
            .stream()
            .flatMap(words -> most(words, 3).stream())
            .toList();

    assertThat(counted(answer(1).rows.stream())).hasSize(12).isEqualTo(expected);
  }

  @Test
  void busiestMinuteOfEachHour() {
    Map<Long, List<Word>> hours =
        by(word -> word.time().getEpochSecond() / 3_600, word -> word.text().equals("404"));
    List<String> expected =
        hours.values().stream()
            .map(
                words ->
                    words.stream()
                        .collect(
                            Collectors.groupingBy(
                                word -> word.time().getEpochSecond() / 60, Collectors.counting())))
            .map(
                minutes ->
                    "\"most\":%d,\"minutes\":%d}"
                        .formatted(
                            minutes.values().stream().mapToLong(n -> n).max().getAsLong(),
                            minutes.size()))
            .toList();

    assertThat(answer(2).rows)
        .extracting(row -> row.substring(row.indexOf("\"most\"")))
        .hasSizeGreaterThan(50)
        .isEqualTo(expected);
  }
}
