package dev.sluice.views.partials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.aggregate.GroupTable;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.BatchDecoder;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.log.GroupState;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.views.delta.Delta;
import dev.sluice.views.delta.Partial;
import dev.sluice.views.delta.Watermarks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class ViewPartialsTest {
  private static final String COUNTS =
      "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM %s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), k";

  @Test
  void aRestartInBetweenHandsOnEachEventOnce() {
    try (SourceBed bed = new SourceBed("restarted", 3)) {
      ViewPartials stage = bed.stage(COUNTS.formatted("restarted"), bed.source);
      TreeMap<String, Long> expected = new TreeMap<>();
      long sent = 0;
      for (int round = 0; round < 3; round++) {
        sent += sendRound(bed, round, expected);
        try (RunningStage running = bed.start(stage)) {
          long until = sent;
          await().atMost(SourceBed.LIMIT).until(() -> running.read() == until);
        }
      }
      assertThat(sums(bed, stage.plan())).isEqualTo(expected);
    }
  }

  @Test
  void watermarksComeAfterWhatCameBeforeThem() {
    try (SourceBed bed = new SourceBed("ordered", 2)) {
      ViewPartials stage = bed.stage(COUNTS.formatted("ordered"), bed.source);
      try (RunningStage running = bed.start(stage)) {
        for (int i = 0; i < 40; i++) {
          bed.send(i % 2, "k" + i % 5, i, i * 500L);
        }
        await().atMost(SourceBed.LIMIT).until(() -> running.read() == 40);
      }
      long deltas = 0;
      for (int p = 0; p < 2; p++) {
        Map<Integer, Long> watermarks = new HashMap<>();
        for (Partial partial : partials(bed, p)) {
          if (partial instanceof Watermarks told) {
            assertThat(told.partitions()).isEqualTo(2);
            watermarks.putAll(told.watermarks());
          } else if (partial instanceof Delta delta) {
            deltas++;
            // Nothing of a window comes after both partitions were said to be past its end.
            assertThat(Math.min(of(watermarks, 0), of(watermarks, 1))).isLessThan(delta.end());
          }
        }
        assertThat(watermarks).containsEntry(0, 38 * 500L - 10).containsEntry(1, 39 * 500L - 10);
      }
      assertThat(deltas).isPositive();
    }
  }

  @Test
  void twoMembersShareThePartitions() {
    try (SourceBed bed = new SourceBed("shared", 4)) {
      ViewPartials stage = bed.stage(COUNTS.formatted("shared"), bed.source);
      TreeMap<String, Long> expected = new TreeMap<>();
      try (RunningStage one = bed.start(stage);
          RunningStage two = bed.start(stage)) {
        await()
            .atMost(SourceBed.LIMIT)
            .until(() -> one.positions().size() == 2 && two.positions().size() == 2);
        long sent = sendRound(bed, 0, expected);
        await().atMost(SourceBed.LIMIT).until(() -> one.read() + two.read() == sent);
        assertThat(one.read()).isPositive();
        assertThat(two.read()).isPositive();
        assertThat(state(bed, stage).members()).isEqualTo(2);
      }
      assertThat(sums(bed, stage.plan())).isEqualTo(expected);
    }
  }

  @Test
  void aMemberThatIsPutOutOfTheGroupLosesNothingAndDoublesNothing() throws Exception {
    try (SourceBed bed = new SourceBed("fenced", 2);
        Admin admin =
            Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, SourceBed.kafka()))) {
      ViewPartials stage = bed.stage(COUNTS.formatted("fenced"), bed.source);
      TreeMap<String, Long> expected = new TreeMap<>();
      long sent = 0;
      try (RunningStage running = bed.start(stage)) {
        for (int round = 0; round < 3; round++) {
          await().atMost(SourceBed.LIMIT).until(() -> state(bed, stage).members() == 1);
          sent += sendRound(bed, round, expected);
          admin
              .removeMembersFromConsumerGroup(
                  stage.group(), new RemoveMembersFromConsumerGroupOptions())
              .all()
              .get();
        }
        long all = sent;
        await().atMost(SourceBed.LIMIT).until(() -> running.read() == all);
      }
      assertThat(sums(bed, stage.plan())).isEqualTo(expected);
      assertThat(state(bed, stage).positions().values())
          .extracting(position -> position.fates().counted())
          .containsExactlyInAnyOrder(sent / 2, sent / 2);
    }
  }

  @Test
  void aMemberThatIsKilledLosesNothingAndDoublesNothing() throws Exception {
    String sql = COUNTS.formatted("killed");
    try (SourceBed bed = new SourceBed("killed", 2)) {
      ViewPartials stage = bed.stage(sql, bed.source);
      TreeMap<String, Long> expected = new TreeMap<>();
      long sent = sendRound(bed, 0, expected);
      Process member = MemberProcess.start("killed", 2, sql);
      try {
        for (int round = 1; round < 20; round++) {
          sent += sendRound(bed, round, expected);
        }
        await().atMost(SourceBed.LIMIT).until(() -> counted(bed, stage) > 0);
      } finally {
        member.destroyForcibly().waitFor();
      }
      sent += sendRound(bed, 20, expected);
      try (RunningStage successor = bed.start(stage)) {
        long all = sent;
        await().atMost(SourceBed.LIMIT).until(() -> successor.read() == all);
      }
      assertThat(sums(bed, stage.plan())).isEqualTo(expected);
    }
  }

  private static long counted(SourceBed bed, ViewPartials stage) {
    return state(bed, stage).positions().values().stream()
        .mapToLong(position -> position.fates().counted())
        .sum();
  }

  @Test
  void aRecordThatCannotBeReadIsCountedAndStopsNothing() {
    try (SourceBed bed = new SourceBed("poisoned", 1)) {
      ViewPartials stage = bed.stage(COUNTS.formatted("poisoned"), bed.source);
      String topic = bed.source.definition().topic();
      bed.send(0, "a", 1, 100);
      bed.append(List.of(new LogRecord(topic, 0, 200, null, new byte[] {1, 2, 3}, Map.of())));
      bed.append(List.of(new LogRecord(topic, 0, 200, null, null, Map.of())));
      bed.send(0, "a", 2, 300);
      try (RunningStage running = bed.start(stage)) {
        await().atMost(SourceBed.LIMIT).until(() -> running.read() == 4);
        GroupPosition position = running.positions().get(0);
        assertThat(position.fates().undecodable()).isEqualTo(2);
        assertThat(position.fates().counted()).isEqualTo(2);
      }
      assertThat(sums(bed, stage.plan())).isEqualTo(Map.of("0 a n", 2L, "0 a s", 3L));
      assertThat(deadLetters("poisoned"))
          .containsExactlyInAnyOrder(
              "EVENT_UNDECODABLE of stream.poisoned 0 1 at 200: [1, 2, 3]",
              "EVENT_UNDECODABLE of stream.poisoned 0 2 at 200: null");
    }
  }

  @Test
  void lateEventsAreKeptOnceWhereTheyAreToBe() {
    try (SourceBed bed = new SourceBed("belated", 1)) {
      ViewPartials stage =
          bed.stage(COUNTS.formatted("belated"), bed.source, ViewDefinition.Late.DEAD_LETTER);
      bed.send(0, "a", 1, 100);
      bed.send(0, "a", 2, 5_000);
      bed.send(0, "late", 3, 100);
      try (RunningStage running = bed.start(stage)) {
        await().atMost(SourceBed.LIMIT).until(() -> running.read() == 3);
      }
      bed.send(0, "in time", 4, 5_001);
      bed.send(0, "later", 5, 200);
      try (RunningStage running = bed.start(stage)) {
        await().atMost(SourceBed.LIMIT).until(() -> running.read() == 5);
        assertThat(running.positions().get(0).fates().late()).isEqualTo(2);
      }
      List<ConsumerRecord<byte[], byte[]>> sent = SourceBed.committed("stream.belated", 1);
      assertThat(deadLetters("belated"))
          .containsExactly(
              "EVENT_LATE of stream.belated 0 2 at 100: " + Arrays.toString(sent.get(2).value()),
              "EVENT_LATE of stream.belated 0 4 at 200: " + Arrays.toString(sent.get(4).value()));
    }
  }

  /** Code, place and value of a view's dead letters. */
  private static List<String> deadLetters(String view) {
    return SourceBed.committed("dead." + view, 1).stream()
        .map(
            letter ->
                header(letter, "code")
                    + " of "
                    + header(letter, "source")
                    + " "
                    + header(letter, "partition")
                    + " "
                    + header(letter, "offset")
                    + " at "
                    + header(letter, "timestamp")
                    + ": "
                    + Arrays.toString(letter.value()))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  @Test
  void aRepetitionAfterARestartCountsOnce() {
    Identity identity = new Identity("k", "v", SourceBed.DEDUPE);
    try (SourceBed bed = new SourceBed("repeated", 1, identity)) {
      ViewPartials stage = bed.stage(COUNTS.formatted("repeated"), bed.source);
      for (int time : new int[] {100, 200, 200, 100}) {
        bed.send(0, "a", time, time);
        try (RunningStage running = bed.start(stage)) {
          await().atMost(SourceBed.LIMIT).until(() -> !isBehind(bed, running));
        }
      }
      assertThat(sums(bed, stage.plan())).isEqualTo(Map.of("0 a n", 2L, "0 a s", 300L));
      assertThat(state(bed, stage).positions().get(0).fates().duplicate()).isEqualTo(2);
    }
  }

  @Test
  void aDerivedStreamHasTheRowsInTheirPartitionsAndThenTheWatermark() {
    try (SourceBed bed = new SourceBed("sourced", 2)) {
      CatalogStream result =
          bed.declare(
              new StreamDefinition(
                  "derived",
                  List.of(
                      new Field("k", FieldType.STRING, false),
                      new Field("w", FieldType.LONG, true)),
                  new Identity(null, null, Duration.ZERO),
                  new EventTime(
                      null,
                      false,
                      Duration.ofMillis(10),
                      Duration.ZERO,
                      Duration.ofSeconds(1),
                      null,
                      null),
                  new Storage(2, Duration.ofDays(1)),
                  StreamDefinition.UnknownFields.REJECT));
      ViewPartials stage = bed.stage("SELECT k, v * 10 AS w FROM sourced WHERE v > 1", result);
      try (RunningStage running = bed.start(stage)) {
        bed.send(0, "a", 1, 100);
        bed.send(0, "b", 2, 200);
        bed.send(1, "c", 3, 300);
        await().atMost(SourceBed.LIMIT).until(() -> running.read() == 3);
        bed.send(0, "d", 4, 400);
        await().atMost(SourceBed.LIMIT).until(() -> running.read() == 4);
      }
      assertThat(rows(result, 0))
          .containsSequence("b 20 at 200")
          .endsWith("d 40 at 400", "through 390");
      assertThat(rows(result, 1)).containsExactly("c 30 at 300", "through 290");
    }
  }

  /** The rows of a partition, and the watermarks between them. */
  private static List<String> rows(CatalogStream result, int partition) {
    BatchDecoder decoder = new BatchDecoder(result);
    PartitionScan scan = PartitionScan.start(result.definition(), 1_000, partition, 0);
    List<String> rows = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        SourceBed.committed(result.definition().topic(), 2)) {
      if (record.partition() != partition) {
        continue;
      }
      Header stated = record.headers().lastHeader(Punctuation.HEADER);
      if (stated != null) {
        rows.add("through " + Punctuation.watermark(stated.value()));
        continue;
      }
      decoder.begin(scan, 1);
      decoder.add(scan, record.offset(), record.timestamp(), record.key(), record.value(), null);
      EventBatch batch = decoder.end(scan);
      assertThat(batch.size()).isEqualTo(1);
      rows.add(
          text(batch.fields()[0])
              + " "
              + ((LongColumn) batch.fields()[1]).values()[0]
              + " at "
              + record.timestamp());
    }
    return rows;
  }

  private static boolean isBehind(SourceBed bed, RunningStage running) {
    long end =
        Objects.requireNonNull(bed.log.extents(bed.source.definition()).block(SourceBed.LIMIT))
            .get(0)
            .end();
    GroupPosition position = running.positions().get(0);
    return position == null || position.offset() < end;
  }

  /** Sends as many events to each partition, and adds them up. */
  private static long sendRound(SourceBed bed, int round, Map<String, Long> expected) {
    int partitions = bed.source.definition().storage().partitions();
    int events = 6 * partitions;
    for (int i = 0; i < events; i++) {
      String key = "k" + i % 3;
      long time = round * 1_000L + i * 10L;
      bed.send(i % partitions, key, i, time);
      expected.merge(round * 1_000L + " " + key + " n", 1L, Long::sum);
      expected.merge(round * 1_000L + " " + key + " s", (long) i, Long::sum);
    }
    return events;
  }

  private static GroupState state(SourceBed bed, ViewPartials stage) {
    return Objects.requireNonNull(
        bed.log.groupState(stage.group(), bed.source.definition().topic()).block(SourceBed.LIMIT));
  }

  private static long of(Map<Integer, Long> watermarks, int partition) {
    return watermarks.getOrDefault(partition, Long.MIN_VALUE);
  }

  private static List<Partial> partials(SourceBed bed, int partition) {
    return SourceBed.committed(bed.topic.name(), bed.topic.partitions()).stream()
        .filter(record -> record.partition() == partition)
        .map(record -> Partial.read(record.key(), record.value()))
        .toList();
  }

  /** What all deltas together say of each window and group. */
  private static Map<String, Long> sums(SourceBed bed, QueryPlan plan) {
    Map<String, Long> sums = new TreeMap<>();
    for (int p = 0; p < bed.topic.partitions(); p++) {
      for (Partial partial : partials(bed, p)) {
        if (partial instanceof Delta delta) {
          assertThat(delta.generation()).isEqualTo(7);
          assertThat(delta.end()).isEqualTo(delta.start() + 1_000);
          GroupTable table = new GroupTable(Objects.requireNonNull(plan.grouping()));
          Column[] results = table.results(new int[] {table.merge(delta.group(), delta.state())});
          String group = delta.start() + " " + text(results[0]);
          sums.merge(group + " n", ((LongColumn) results[1]).values()[0], Long::sum);
          sums.merge(group + " s", ((LongColumn) results[2]).values()[0], Long::sum);
        }
      }
    }
    return sums;
  }

  private static String text(Column column) {
    return new String(((StringColumn) column).value(0), StandardCharsets.UTF_8);
  }
}
