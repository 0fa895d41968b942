package dev.sluice.model.json;

import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Nanoseconds per event: frames of 100 events of about 100 bytes, decoded to Avro, and beside it
 * what Jackson's parser takes for the tokens and values alone. Run with {@code java -cp <test class
 * path> dev.sluice.model.json.FrameDecoderBenchmark}.
 */
final class FrameDecoderBenchmark {
  private static final int EVENTS = 100;
  private static final int FRAMES = 20_000;
  private static final int ROUNDS = 8;
  private static final JsonFactory JACKSON = new JsonFactory();

  private FrameDecoderBenchmark() {}

  public static void main(String[] arguments) {
    byte[] frame = frame();
    FrameDecoder decoder = new FrameDecoder(readings(), 7, FrameBounds.DEFAULT);
    System.out.printf("%.1f bytes of JSON per event%n", (double) frame.length / EVENTS);
    long kept = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = cpu();
      for (int i = 0; i < FRAMES; i++) {
        kept += decoder.decode(frame, FrameFormat.JSON, 0, (t, k, v) -> v).events().size();
      }
      long middle = cpu();
      for (int i = 0; i < FRAMES; i++) {
        kept += walk(frame);
      }
      long end = cpu();
      System.out.printf(
          Locale.ROOT,
          "frame decoder %.0f ns/event, jackson's parser alone %.0f ns/event%n",
          (middle - start) / (double) (FRAMES * EVENTS),
          (end - middle) / (double) (FRAMES * EVENTS));
    }
    System.out.println("kept " + kept);
  }

  /** Of this thread: other processes do not count. */
  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long walk(byte[] frame) {
    long sum = 0;
    try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), frame)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        switch (token) {
          case VALUE_STRING -> sum += parser.getStringLength();
          case VALUE_NUMBER_INT -> sum += parser.getLongValue();
          case VALUE_NUMBER_FLOAT -> sum += (long) parser.getDoubleValue();
          default -> sum++;
        }
      }
    }
    return sum;
  }

  private static byte[] frame() {
    Random random = new Random(1);
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < EVENTS; i++) {
      json.append(i == 0 ? "" : ",")
          .append(
              String.format(
                  Locale.ROOT,
                  "{\"device\":\"device-%d\",\"seq\":%d,\"ts\":\"1970-01-01T00:00:00.%03dZ\","
                      + "\"temperature\":%.2f,\"humidity\":%.1f}",
                  random.nextInt(1000),
                  random.nextInt(1_000_000),
                  random.nextInt(1000),
                  random.nextDouble() * 40,
                  random.nextDouble() * 100));
    }
    return json.append("]").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static StreamDefinition readings() {
    return new StreamDefinition(
        "readings",
        List.of(
            new Field("device", FieldType.STRING, false),
            new Field("seq", FieldType.LONG, false),
            new Field("ts", FieldType.TIMESTAMP, false),
            new Field("temperature", FieldType.DOUBLE, true),
            new Field("humidity", FieldType.DOUBLE, true)),
        new Identity("device", "seq", Duration.ofMinutes(1)),
        new EventTime(
            "ts",
            false,
            Duration.ofSeconds(5),
            Duration.ofMinutes(1),
            Duration.ofSeconds(2),
            null,
            null),
        new Storage(6, Duration.ofDays(7)),
        StreamDefinition.UnknownFields.REJECT);
  }
}
