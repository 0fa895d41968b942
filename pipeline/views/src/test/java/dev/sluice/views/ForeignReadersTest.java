package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.embedded.TestServers;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A view's topic is read by programs that know nothing of us but what the documentation says: Avro
 * behind Confluent's header, the schema of that id, nulls that are no rows.
 */
class ForeignReadersTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String STREAM = "foreign";
  private static final String VIEW = "foreign_sums";
  private static final String TOPIC = "view." + VIEW;
  private static final int HEADER = 1 + Integer.BYTES;

  private static final ViewEvents EVENTS = new ViewEvents(3, new Random(7));
  private static final Map<Integer, Schema> SCHEMAS = new ConcurrentHashMap<>();
  private static ViewBed bed;
  private static List<String> rows = List.of();

  @BeforeAll
  static void fillTheView() {
    bed = new ViewBed();
    bed.declare(STREAM, 3);
    bed.define(
        VIEW,
        "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM "
            + STREAM
            + " GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), k",
        false);
    bed.send(STREAM, EVENTS.take(200));
    bed.end(STREAM, EVENTS.end());
    rows = EVENTS.windows(1_000, 1_000);
    try (Pipeline pipeline = bed.pipeline()) {
      await().atMost(LIMIT).until(() -> bed.rows(VIEW).size() >= rows.size());
    }
  }

  @AfterAll
  static void close() {
    bed.remove(List.of(VIEW));
    bed.close();
  }

  @Test
  void kafkaStreamsProgramReadsTheRows() throws IOException {
    StreamsBuilder program = new StreamsBuilder();
    Queue<String> read = new ConcurrentLinkedQueue<>();
    program.stream(TOPIC, Consumed.with(Serdes.String(), Serdes.ByteArray()))
        .filter((group, value) -> value != null)
        .mapValues(ForeignReadersTest::row)
        .foreach((group, row) -> read.add(row));
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "somebody-elses");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafka());
    config.put(StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory("streams").toString());
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    try (KafkaStreams streams = new KafkaStreams(program.build(), config)) {
      streams.start();
      await().atMost(LIMIT).until(() -> read.size() >= rows.size());
    }
    assertThat(read).containsExactlyInAnyOrderElementsOf(rows);
  }

  @Test
  void kcatReadsTheRows() throws IOException, InterruptedException {
    Path kcat = onPath("kcat");
    assumeTrue(kcat != null, "no kcat on the path");
    Path out = Files.createTempFile("kcat", ".out");
    // Of each record the value's length, -1 for none, and the value.
    Process process =
        new ProcessBuilder(
                String.valueOf(kcat),
                "-b",
                TestServers.kafka(),
                "-C",
                "-t",
                TOPIC,
                "-o",
                "beginning",
                "-e",
                "-q",
                "-X",
                "isolation.level=read_committed",
                "-f",
                "%R%s")
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.waitFor()).isZero();
      assertThat(values(Files.readAllBytes(out)).map(ForeignReadersTest::row))
          .containsExactlyInAnyOrderElementsOf(rows);
    } finally {
      process.destroy();
      Files.delete(out);
    }
  }

  private static @Nullable Path onPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  private static Stream<byte[]> values(byte[] printed) throws IOException {
    List<byte[]> values = new ArrayList<>();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(printed));
    while (in.available() > 0) {
      int length = in.readInt();
      if (length >= 0) {
        values.add(in.readNBytes(length));
      }
    }
    return values.stream();
  }

  /** Window, group, count and sum, as the oracle writes them. */
  private static String row(byte[] value) {
    Schema schema = SCHEMAS.computeIfAbsent(ByteBuffer.wrap(value).getInt(1), bed::schema);
    try {
      GenericRecord row =
          new GenericDatumReader<GenericRecord>(schema)
              .read(
                  null,
                  DecoderFactory.get().binaryDecoder(value, HEADER, value.length - HEADER, null));
      return "%s %s %s %s %s"
          .formatted(
              row.get("window_start"),
              row.get("window_end"),
              row.get("k"),
              row.get("n"),
              row.get("s"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
