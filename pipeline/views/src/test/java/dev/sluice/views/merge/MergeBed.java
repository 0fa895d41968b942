package dev.sluice.views.merge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.log.BatchDecoder;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.problem.Problem;
import dev.sluice.views.delta.Partial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The merge of one partition, without a broker. */
final class MergeBed implements AutoCloseable {
  final TestViews views = new TestViews();
  final Map<Long, Problem> failed = new HashMap<>();
  final MergeStatus status = new MergeStatus();
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> partials;

  /**
   * A record of a view's topic.
   *
   * @param row its values; null: a punctuation, or a row that is taken back
   * @param watermark that a punctuation states; {@link Long#MIN_VALUE} for a row
   */
  record Out(String key, long time, List<Object> row, long watermark) {
    boolean isPunctuation() {
      return watermark != Long.MIN_VALUE;
    }
  }

  MergeBed() {
    this(MergeSettings.State.defaults());
  }

  MergeBed(MergeSettings.State bounds) {
    KnownViews known = new KnownViews(views, Duration.ofMillis(500));
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "merge");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    driver =
        new TopologyTestDriver(
            MergeTopology.of(
                "partials", () -> new MergeProcessor(known, bounds, failed::put, status)),
            config);
    partials =
        driver.createInputTopic("partials", new ByteArraySerializer(), new ByteArraySerializer());
  }

  void send(Partial partial) {
    send(partial, 0);
  }

  void send(Partial partial, long time) {
    partials.pipeInput(partial.key(), partial.value(), time);
  }

  void send(byte[] key, byte[] value) {
    partials.pipeInput(key, value, 0);
  }

  /** Lets the wall clock go on. */
  void tick() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
  }

  /** Entries of the store of groups. */
  int held() {
    int held = 0;
    try (var all = driver.getKeyValueStore(MergeProcessor.GROUPS).all()) {
      while (all.hasNext()) {
        all.next();
        held++;
      }
    }
    return held;
  }

  /** What the view's topic has had since the last time. */
  List<Out> read(MergedView view) {
    List<Out> read = new ArrayList<>();
    String topic = view.stream().definition().topic();
    for (TestRecord<byte[], byte[]> record :
        driver
            .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .readRecordsToList()) {
      Header header = record.headers().lastHeader(Punctuation.HEADER);
      read.add(
          new Out(
              record.key() == null ? null : new String(record.key(), UTF_8),
              record.timestamp(),
              record.value() == null ? null : row(view, record.value(), record.timestamp()),
              header == null ? Long.MIN_VALUE : Punctuation.watermark(header.value())));
    }
    return read;
  }

  /** The values of a row; its time of ingest is its time. */
  static List<Object> row(MergedView view, byte[] value, long time) {
    BatchDecoder decoder = new BatchDecoder(view.stream());
    PartitionScan scan = PartitionScan.start(view.stream().definition(), 10, 0, 0);
    decoder.begin(scan, 1);
    decoder.add(scan, 0, time, null, value, null);
    EventBatch batch = decoder.end(scan);
    if (batch.size() != 1 || batch.log().ingested()[0] != time) {
      throw new IllegalStateException("no row of " + view.stream().definition().name());
    }
    List<Object> row = new ArrayList<>();
    for (int field = 0; field < view.stream().definition().fields().size(); field++) {
      row.add(value(batch.fields()[field]));
    }
    return row;
  }

  private static Object value(Column column) {
    if (column.isNull(0)) {
      return null;
    }
    if (column instanceof StringColumn text) {
      return new String(text.value(0), UTF_8);
    }
    return column instanceof DoubleColumn doubles
        ? (Object) doubles.values()[0]
        : (Object) ((LongColumn) column).values()[0];
  }

  @Override
  public void close() {
    driver.close();
  }
}
