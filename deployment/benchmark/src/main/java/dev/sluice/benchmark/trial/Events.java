package dev.sluice.benchmark.trial;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.json.DecodedFrame;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameDecoder;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Made-up events of devices that are silent for a while now and then, out of order by up to a
 * second, and a few of them late by much more. Belongs to one thread.
 */
final class Events {
  static final String STREAM = "killed";

  /** The stream that a view of it feeds. */
  static final String FED = "fed";

  static final int PARTITIONS = 6;
  static final Duration LATENESS = Duration.ofSeconds(5);

  /** One event in so many is late, some so much that its windows no longer take it. */
  private static final int ONE_LATE_IN = 200;

  private static final int LATE_MS = 20_000;
  private static final int OUT_OF_ORDER_MS = 800;
  private static final int SITES = 50;

  /** A device is awake for two of three such times. */
  private static final int AWAKE_MS = 3_000;

  private static final int VALUES = 1_000;

  private final Random random;
  private final int devices;
  private final FrameDecoder decoder;
  private final String topic;

  Events(CatalogStream stream, int devices, long seed) {
    this.devices = devices;
    this.random = new Random(seed);
    this.topic = stream.definition().topic();
    this.decoder = new FrameDecoder(stream.definition(), stream.schemaId(), FrameBounds.DEFAULT);
  }

  static StreamDefinition definition(Duration dedupe) {
    String json =
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "site", "type": "STRING"},
                    {"name": "seq", "type": "LONG"}, {"name": "ts", "type": "TIMESTAMP"},
                    {"name": "v", "type": "LONG"}],
         "key": "device", "time": "ts", "id": "seq", "lateness": "%s", "dedupe": "%s", "partitions": %d}
        """
            .formatted(LATENESS, dedupe, PARTITIONS);
    return StreamJson.parse(STREAM, json.getBytes(StandardCharsets.UTF_8));
  }

  /** Of the stream that the chosen events become events of. */
  static StreamDefinition fed() {
    String json =
        """
        {"fields": [{"name": "seq", "type": "LONG"}, {"name": "ts", "type": "TIMESTAMP"},
                    {"name": "device", "type": "STRING"}, {"name": "v", "type": "LONG", "nullable": true}],
         "key": "device", "time": "ts", "lateness": "%s", "partitions": 3}
        """
            .formatted(LATENESS);
    return StreamJson.parse(FED, json.getBytes(StandardCharsets.UTF_8));
  }

  /** Records as a gateway makes them. */
  List<ProducerRecord<byte[], byte[]>> next(long firstSeq, int count, long now) {
    StringBuilder json = new StringBuilder(100 * count);
    for (int i = 0; i < count; i++) {
      long time = now - random.nextInt(OUT_OF_ORDER_MS);
      if (random.nextInt(ONE_LATE_IN) == 0) {
        time -= random.nextInt(LATE_MS);
      }
      write(json, awake(now), firstSeq + i, time);
    }
    return records(json, now);
  }

  /** The same of devices one after the other, an event of each. */
  List<ProducerRecord<byte[], byte[]>> ofEach(int firstDevice, int count, long now) {
    StringBuilder json = new StringBuilder(100 * count);
    for (int i = 0; i < count; i++) {
      write(json, firstDevice + i, firstDevice + i, now);
    }
    return records(json, now);
  }

  private void write(StringBuilder json, int device, long seq, long time) {
    json.append(json.isEmpty() ? "[" : ",")
        .append("{\"device\":\"d")
        .append(device)
        .append("\",\"site\":\"s")
        .append(device % SITES)
        .append("\",\"seq\":")
        .append(seq)
        .append(",\"ts\":")
        .append(time)
        .append(",\"v\":")
        .append(random.nextInt(VALUES))
        .append('}');
  }

  private List<ProducerRecord<byte[], byte[]>> records(StringBuilder json, long now) {
    DecodedFrame<ProducerRecord<byte[], byte[]>> frame =
        decoder.decode(
            json.append(']').toString().getBytes(StandardCharsets.US_ASCII),
            FrameFormat.JSON,
            now,
            (time, key, value) -> new ProducerRecord<>(topic, null, time, key, value));
    if (frame.problem() != null || !frame.rejected().isEmpty()) {
      throw new IllegalStateException("an event of ours is refused: " + frame);
    }
    return frame.events();
  }

  private int awake(long now) {
    int device = random.nextInt(devices);
    return (device + now / AWAKE_MS) % 3 == 0 ? (device + 1) % devices : device;
  }
}
