package dev.sluice.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

/**
 * From a device's send to the row of a plain filter over server-sent events, against a raw produce
 * to the poll that returns the record, at the same rate, with the same events in the same frames,
 * by {@link Timetable}.
 */
final class LatencyBenchmark {
  static final String NAME = "latency";
  private static final long LAST_WITHIN_SECONDS = 60;

  /** Frames that one connection may have to hold back. */
  private static final int MAX_WAITING = 10_000;

  private final Server server;
  private final Settings settings;
  private final String stream;
  private final String rawStream;
  private final Readings readings;

  LatencyBenchmark(Server server, Settings settings) {
    this(server, settings, NAME);
  }

  LatencyBenchmark(Server server, Settings settings, String stream) {
    this.server = server;
    this.settings = settings;
    this.stream = stream;
    this.rawStream = stream + "_raw";
    this.readings = new Readings(settings.devices(), 0, 1);
  }

  Race.Result run(PrintWriter progress) throws Exception {
    Http http = new Http(server.http());
    RawKafka kafka = new RawKafka(server.kafka());
    http.declare(stream);
    http.declare(rawStream);
    http.send(stream, frame(0, 1));
    RawKafka.Records records =
        new RawKafka.Records(
            Readings.definition(stream),
            kafka.schemaId(Readings.definition(stream).topic()),
            Readings.definition(rawStream).topic());
    try (Devices devices = new Devices(http)) {
      return Race.run(
          NAME,
          settings.amounts().latencyRate() + " events/s, from when a frame is due to each row",
          List.of(),
          List.of(new Raw(kafka, records), devices),
          settings,
          progress);
    }
  }

  static String query(String stream) {
    return "SELECT seq, device, ts, temperature FROM "
        + stream
        + " WHERE humidity BETWEEN 0 AND 100";
  }

  /** Devices and a subscriber of a stream that is declared. */
  Devices devices(Http http) throws Exception {
    return new Devices(http);
  }

  private byte[] frame(long first, int events) {
    return readings.frame(first, events, System.currentTimeMillis());
  }

  /** The baseline. */
  private final class Raw implements Contender {
    private final RawKafka kafka;
    private final RawKafka.Records records;

    Raw(RawKafka kafka, RawKafka.Records records) {
      this.kafka = kafka;
      this.records = records;
    }

    @Override
    public String name() {
      return "produce to poll";
    }

    @Override
    public Map<String, Double> round(int number) throws Exception {
      Timetable timetable = new Timetable(settings, settings.amounts().latencySeconds(), number);
      try (Reader reader = new Reader(kafka.consumer(), timetable);
          KafkaProducer<byte[], byte[]> producer = kafka.producer()) {
        timetable.run(
            (frame, first) -> {
              List<ProducerRecord<byte[], byte[]>> ready =
                  records.of(frame(first, settings.frameEvents()));
              return () -> ready.forEach(producer::send);
            });
        return reader.figures();
      }
    }
  }

  /** Polls on a thread of its own. */
  private final class Reader implements AutoCloseable {
    /** Of the Confluent wire format: a magic byte and the schema's id. */
    private static final int HEADER_BYTES = 5;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Timetable timetable;
    private final CompletableFuture<Void> reading;
    private volatile boolean closed;

    Reader(KafkaConsumer<byte[], byte[]> consumer, Timetable timetable) {
      this.consumer = consumer;
      this.timetable = timetable;
      String topic = Readings.definition(rawStream).topic();
      consumer.assign(RawKafka.partitions(topic));
      consumer.seekToEnd(RawKafka.partitions(topic));
      RawKafka.partitions(topic).forEach(consumer::position);
      reading = CompletableFuture.runAsync(this::read, task -> new Thread(task, "poll").start());
    }

    private void read() {
      BinaryDecoder decoder = null;
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(RawKafka.POLL)) {
          long now = System.nanoTime();
          byte[] value = record.value();
          decoder =
              DecoderFactory.get()
                  .binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, decoder);
          timetable.arrived(number(decoder), now);
        }
      }
    }

    private static long number(BinaryDecoder decoder) {
      try {
        decoder.readLong(); // _ingested
        decoder.skipString(); // device
        return decoder.readLong();
      } catch (IOException e) {
        throw new IllegalStateException("a record is not one of ours", e);
      }
    }

    Map<String, Double> figures() throws Exception {
      if (reading.isDone()) {
        reading.get(0, TimeUnit.SECONDS);
      }
      return timetable.figures();
    }

    @Override
    public void close() throws Exception {
      closed = true;
      reading.get(LAST_WITHIN_SECONDS, TimeUnit.SECONDS);
      consumer.close();
    }
  }

  /** The whole way: connections that stay, and a subscriber for each round. */
  final class Devices implements Contender, AutoCloseable {
    private final Http http;
    private final List<Device> devices = new ArrayList<>();

    Devices(Http http) throws Exception {
      this.http = http;
      for (int i = 0; i < settings.connections(); i++) {
        devices.add(Device.connect(server.rsocketPort(), stream));
      }
    }

    @Override
    public String name() {
      return "RSocket to SSE";
    }

    @Override
    public Map<String, Double> round(int number) throws Exception {
      return round(number, settings.amounts().latencySeconds());
    }

    /** A round of another length, seconds. */
    Map<String, Double> round(int number, int length) throws Exception {
      Timetable timetable = new Timetable(settings, length, number);
      Duration limit = Duration.ofSeconds(timetable.seconds() + LAST_WITHIN_SECONDS);
      try (ResumingRows rows = new ResumingRows(http, query(stream), limit, timetable)) {
        List<Sinks.Many<byte[]>> frames = new ArrayList<>();
        List<CompletableFuture<@Nullable Void>> sends = new ArrayList<>();
        for (Device device : devices) {
          Sinks.Many<byte[]> sink =
              Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(MAX_WAITING));
          frames.add(sink);
          sends.add(device.send(sink.asFlux()).doOnNext(this::checkStored).then().toFuture());
        }
        timetable.run(
            (frame, first) -> {
              byte[] ready = frame(first, settings.frameEvents());
              Sinks.Many<byte[]> sink = frames.get(frame % frames.size());
              return () -> sink.tryEmitNext(ready).orThrow();
            });
        frames.forEach(Sinks.Many::tryEmitComplete);
        CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new))
            .get(LAST_WITHIN_SECONDS, TimeUnit.SECONDS);
        rows.requireOpen();
        Map<String, Double> figures = new LinkedHashMap<>(timetable.figures());
        figures.put("cut off", (double) rows.cutOff());
        return figures;
      }
    }

    private void checkStored(String ack) {
      if (!Device.isStored(ack, settings.frameEvents())) {
        throw new IllegalStateException("a frame was not stored: " + ack);
      }
    }

    @Override
    public void close() {
      devices.forEach(Device::close);
    }
  }
}
