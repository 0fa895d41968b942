package dev.sluice.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Events a second of a view that is defined over a log that is there, against the same aggregate
 * written by hand in Kafka Streams' DSL with the same guarantee: exactly once, windows in memory
 * with a changelog, final rows into a topic.
 *
 * <p>Time is from the definition, or the start of the application, to the last row that a reader of
 * the committed has: joining a group counts for both.
 */
final class ViewBenchmark {
  static final String NAME = "view";
  private static final String STREAM = "viewed";
  private static final double EVENTS_PER_MS = 10;
  private static final int HEADER_BYTES = 5;

  /** So long ago are the last events, that all of their windows are over. */
  private static final Duration AGO = Duration.ofHours(1);

  /** So long ago is what closes them. */
  private static final Duration CLOSED_AGO = Duration.ofSeconds(30);

  private final Server server;
  private final Settings settings;
  private final long events;

  ViewBenchmark(Server server, Settings settings) {
    this.server = server;
    this.settings = settings;
    this.events =
        (long) settings.amounts().replay() / settings.frameEvents() * settings.frameEvents();
  }

  Race.Result run(PrintWriter progress) throws Exception {
    Http http = new Http(server.http());
    RawKafka kafka = new RawKafka(server.kafka());
    http.declare(STREAM);
    long span = (long) (events / EVENTS_PER_MS);
    Readings readings =
        new Readings(
            settings.devices(), System.currentTimeMillis() - AGO.toMillis() - span, EVENTS_PER_MS);
    fill(http, kafka, readings);
    ExpectedView expected =
        new ExpectedView(readings, settings.devices(), events, settings.view().window());
    Contender byHand =
        new KafkaStreamsView(
            server.kafka(), Readings.definition(STREAM).topic(), expected, kafka, events);
    return Race.run(
        NAME,
        "%d events of %d devices into %d rows of windows of %d s"
            .formatted(
                events, settings.devices(), expected.rows(), settings.view().window().toSeconds()),
        List.of(),
        List.of(byHand, Contender.of("view", number -> view(http, kafka, expected, number))),
        settings,
        progress);
  }

  private void fill(Http http, RawKafka kafka, Readings readings) throws Exception {
    String topic = Readings.definition(STREAM).topic();
    int size = settings.frameEvents();
    http.send(STREAM, readings.frame(0, size));
    RawKafka.Records decoder =
        new RawKafka.Records(Readings.definition(STREAM), kafka.schemaId(topic), topic);
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer()) {
      Sending sending = new Sending(producer, (int) events - size + Readings.PARTITIONS);
      for (long first = size; first < events; first += size) {
        for (ProducerRecord<byte[], byte[]> record : decoder.of(readings.frame(first, size))) {
          sending.send(record);
        }
      }
      for (ProducerRecord<byte[], byte[]> record : closing(decoder, readings, topic)) {
        sending.send(record);
      }
      sending.await();
    }
  }

  /** An event in each partition after all the others. */
  private List<ProducerRecord<byte[], byte[]>> closing(
      RawKafka.Records decoder, Readings readings, String topic) {
    long time = System.currentTimeMillis() - CLOSED_AGO.toMillis();
    ProducerRecord<byte[], byte[]> last = decoder.of(readings.frame(events, 1, time)).get(0);
    return RawKafka.partitions(topic).stream()
        .map(
            partition ->
                new ProducerRecord<>(
                    topic, partition.partition(), last.timestamp(), last.key(), last.value()))
        .toList();
  }

  private Map<String, Double> view(Http http, RawKafka kafka, ExpectedView expected, int number)
      throws Exception {
    String name = "kept_" + number;
    long began = System.nanoTime();
    http.define(name, expected.query(STREAM));
    try (ExpectedView.Reading reading = expected.reading(kafka.committed(), "view." + name)) {
      reading.untilAll(ViewBenchmark::row);
      return Map.of(ReplayBenchmark.FIGURE, events * 1e9 / (System.nanoTime() - began));
    } finally {
      http.drop(name);
    }
  }

  /** A row of the view's topic; null for what is none. */
  private static ExpectedView.@Nullable Row row(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      return null;
    }
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
    try {
      decoder.readLong(); // _ingested
      long start = decoder.readLong();
      decoder.readLong(); // window_end
      String device = decoder.readString();
      double average = nullable(decoder);
      double greatest = nullable(decoder);
      return new ExpectedView.Row(start, device, average, greatest, decoder.readLong());
    } catch (IOException e) {
      throw new IllegalStateException("a row is not one of the view's", e);
    }
  }

  private static double nullable(BinaryDecoder decoder) throws IOException {
    return decoder.readIndex() == 0 ? Double.NaN : decoder.readDouble();
  }
}
