package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.resume.Place;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Small logs of a stream {@code log(k, v, ts)}, and what is true of each of their records. */
final class RandomLogs {
  static final long LATENESS = 10;
  private static final String PUNCTUATION = "";

  /**
   * A record.
   *
   * @param key empty: a punctuation that states the time
   */
  record Entry(int partition, String key, long time, long value) {
    boolean isEvent() {
      return !key.isEmpty();
    }
  }

  /**
   * A record in its log.
   *
   * @param watermark its partition's before it; {@link Long#MIN_VALUE} if none yet
   */
  record Placed(Entry entry, long watermark) {}

  private RandomLogs() {}

  static Arbitrary<List<Entry>> of(int partitions, int most) {
    Arbitrary<String> keys =
        Arbitraries.frequency(Tuple.of(4, "a"), Tuple.of(4, "b"), Tuple.of(1, PUNCTUATION));
    return Combinators.combine(
            Arbitraries.integers().between(0, partitions - 1),
            keys,
            Arbitraries.longs().between(0, 60),
            Arbitraries.longs().between(-9, 9))
        .as(Entry::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(most);
  }

  static Entry punctuation(int partition, long watermark) {
    return new Entry(partition, PUNCTUATION, watermark, 0);
  }

  static MemoryLog log(List<Entry> entries, int partitions) {
    return log(entries, partitions, new Identity(null, null, Duration.ZERO));
  }

  static MemoryLog log(List<Entry> entries, int partitions, Identity identity) {
    MemoryLog log =
        new MemoryLog(
            new StreamDefinition(
                "log",
                List.of(
                    new Field("k", FieldType.STRING, false),
                    new Field("v", FieldType.LONG, false),
                    new Field("ts", FieldType.TIMESTAMP, false)),
                identity,
                new EventTime(
                    "ts",
                    true,
                    Duration.ofMillis(LATENESS),
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    null,
                    null),
                new Storage(partitions, Duration.ofDays(1)),
                StreamDefinition.UnknownFields.REJECT));
    for (Entry entry : entries) {
      if (entry.isEvent()) {
        log.send(
            entry.partition(),
            "{\"k\":\"%s\",\"v\":%d,\"ts\":%d}"
                .formatted(entry.key(), entry.value(), entry.time()));
      } else {
        log.punctuate(entry.partition(), entry.time());
      }
    }
    return log;
  }

  /** Each record with its partition's watermark before it, as DESIGN has it. */
  static List<Placed> placed(List<Entry> entries, int partitions) {
    long[] watermarks = watermarks(partitions);
    List<Placed> placed = new ArrayList<>();
    for (Entry entry : entries) {
      placed.add(new Placed(entry, watermarks[entry.partition()]));
      watermarks[entry.partition()] = Math.max(watermarks[entry.partition()], stated(entry));
    }
    return placed;
  }

  /** The query's watermark after all of them. */
  static long watermark(List<Entry> entries, int partitions) {
    long[] watermarks = watermarks(partitions);
    entries.forEach(
        e -> watermarks[e.partition()] = Math.max(watermarks[e.partition()], stated(e)));
    return Arrays.stream(watermarks).min().getAsLong();
  }

  private static long[] watermarks(int partitions) {
    long[] watermarks = new long[partitions];
    Arrays.fill(watermarks, Long.MIN_VALUE);
    return watermarks;
  }

  private static long stated(Entry entry) {
    return entry.isEvent() ? entry.time() - LATENESS : entry.time();
  }

  /**
   * The beginnings of the hopping windows that have an event, but for those that it is late for;
   * the last first.
   */
  static List<Long> windows(Placed event, long size, long slide, long offset) {
    long time = event.entry.time;
    long last = Math.floorDiv(time - offset, slide) * slide + offset;
    return LongStream.iterate(last, start -> start + size > time, start -> start - slide)
        .filter(start -> start + size > event.watermark)
        .boxed()
        .toList();
  }

  /**
   * What stands on the screen of who replaces rows by newer ones, and takes away what is taken
   * back.
   *
   * @param unseen is told of what is taken back and was never told
   */
  static Collection<String> standing(Answer answer, Consumer<String> unseen) {
    Map<String, String> standing = new HashMap<>();
    for (String text : answer.told) {
      JsonNode row = JsonMapper.shared().readTree(text);
      String name = name(row);
      if (row.has("deleted")) {
        if (standing.remove(name) == null) {
          unseen.accept(text);
        }
      } else {
        standing.put(name, text);
      }
    }
    return standing.values();
  }

  /** The window and the group of a row. */
  static String name(JsonNode row) {
    return row.get("window_start") + " " + row.get("window_end") + " " + row.get("k");
  }

  /** The one answer of every order of reading. */
  static Answer oneAnswer(MemoryLog log, MemoryLog.Query query, long from, long first) {
    List<List<EventBatch>> partitions = log.read(from);
    Answer answer = query.run(from, first, MemoryLog.inTurn(partitions));
    Set<String> texts = new HashSet<>();
    interleavings(partitions, order -> texts.add(query.text(from, first, order)));
    assertThat(texts).hasSize(1);
    return answer;
  }

  /** After every row of an answer: the rest is the same, whichever partition is read first. */
  static void resumeAnywhere(MemoryLog log, MemoryLog.Query query) {
    List<EventBatch> whole = log.readAll();
    Answer answer = query.run(Long.MIN_VALUE, whole);
    int had = 0;
    for (Map.Entry<String, Place> row : query.places(whole).entrySet()) {
      assertThat(row.getKey()).isEqualTo(answer.rows.get(had++));
      List<List<EventBatch>> rest = log.read(query.left(row.getValue()).from());
      Collections.reverse(rest);
      Answer resumed = query.resume(row.getValue(), MemoryLog.inTurn(rest));
      assertThat(resumed.rows).isEqualTo(answer.rows.subList(had, answer.rows.size()));
      assertThat(resumed.updates).isEqualTo(answer.updates);
    }
  }

  /** Every order in which the partitions can be read. */
  static void interleavings(
      List<List<EventBatch>> partitions, Consumer<List<EventBatch>> consumer) {
    interleave(partitions, new int[partitions.size()], new ArrayList<>(), consumer);
  }

  private static void interleave(
      List<List<EventBatch>> partitions,
      int[] at,
      List<EventBatch> order,
      Consumer<List<EventBatch>> consumer) {
    boolean whole = true;
    for (int p = 0; p < at.length; p++) {
      if (at[p] < partitions.get(p).size()) {
        whole = false;
        order.add(partitions.get(p).get(at[p]++));
        interleave(partitions, at, order, consumer);
        at[p]--;
        order.remove(order.size() - 1);
      }
    }
    if (whole) {
      consumer.accept(order);
    }
  }
}
