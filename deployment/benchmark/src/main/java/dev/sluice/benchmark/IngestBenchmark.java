package dev.sluice.benchmark;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import reactor.core.publisher.Flux;

/**
 * Acked events a second: frames over RSocket, against a raw producer that sends the same records to
 * a topic of the same shape on the same broker.
 *
 * <p>Every round sends the same events. Time is from the first frame, or record, to the last ack;
 * connections are open before.
 */
final class IngestBenchmark {
  static final String NAME = "ingest";
  static final double AIM = 0.4;
  private static final String STREAM = "ingest";
  private static final String RAW_STREAM = "ingest_raw";
  private static final String FIGURE = "events/s";
  private static final double EVENTS_PER_MS = 10;
  private static final int MAX_ATTEMPTS = 20;

  private final Server server;
  private final Settings settings;

  IngestBenchmark(Server server, Settings settings) {
    this.server = server;
    this.settings = settings;
  }

  Race.Result run(PrintWriter progress) throws Exception {
    Http http = new Http(server.http());
    RawKafka kafka = new RawKafka(server.kafka());
    http.declare(STREAM);
    http.declare(RAW_STREAM);
    int frames = settings.amounts().ingest() / settings.frameEvents();
    long start = System.currentTimeMillis() - (long) (settings.amounts().ingest() / EVENTS_PER_MS);
    Readings readings = new Readings(settings.devices(), start, EVENTS_PER_MS);
    List<byte[]> all = new ArrayList<>(frames);
    for (int frame = 0; frame < frames; frame++) {
      all.add(readings.frame((long) frame * settings.frameEvents(), settings.frameEvents()));
    }
    http.send(STREAM, all.get(0));
    try (Producer producer = new Producer(kafka, records(kafka, all));
        Devices devices = new Devices(kafka, all)) {
      return Race.run(
          NAME,
          frames * settings.frameEvents()
              + " events of "
              + all.get(0).length / settings.frameEvents()
              + " bytes, acked, over "
              + settings.connections()
              + " RSocket connections",
          List.of(new Race.Aim(devices.name(), producer.name(), AIM)),
          List.of(producer, devices),
          settings,
          progress);
    }
  }

  private static List<ProducerRecord<byte[], byte[]>> records(RawKafka kafka, List<byte[]> frames)
      throws Exception {
    RawKafka.Records decoder =
        new RawKafka.Records(
            Readings.definition(STREAM),
            kafka.schemaId(Readings.definition(STREAM).topic()),
            Readings.definition(RAW_STREAM).topic());
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (byte[] frame : frames) {
      records.addAll(decoder.of(frame));
    }
    return records;
  }

  private static Map<String, Double> rate(long events, long nanos) {
    return Map.of(FIGURE, events * 1e9 / nanos);
  }

  /** The baseline. */
  private static final class Producer implements Contender, AutoCloseable {
    private final RawKafka kafka;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<ProducerRecord<byte[], byte[]>> records;

    Producer(RawKafka kafka, List<ProducerRecord<byte[], byte[]>> records) {
      this.kafka = kafka;
      this.producer = kafka.producer();
      this.records = records;
    }

    @Override
    public String name() {
      return "KafkaProducer";
    }

    @Override
    public Map<String, Double> round(int number) throws Exception {
      String topic = records.get(0).topic();
      long before = kafka.size(topic);
      long began = System.nanoTime();
      Sending sending = new Sending(producer, records.size());
      for (ProducerRecord<byte[], byte[]> record : records) {
        sending.send(record);
      }
      sending.await();
      long took = System.nanoTime() - began;
      WrongCount.check("records in " + topic, before + records.size(), kafka.size(topic));
      return rate(records.size(), took);
    }

    @Override
    public void close() {
      producer.close();
    }
  }

  /** Connections that share out the frames among them. */
  private final class Devices implements Contender, AutoCloseable {
    private final RawKafka kafka;
    private final List<Device> devices = new ArrayList<>();
    private final List<List<byte[]>> shares = new ArrayList<>();
    private final int frames;

    Devices(RawKafka kafka, List<byte[]> frames) throws Exception {
      this.kafka = kafka;
      this.frames = frames.size();
      for (int i = 0; i < Math.min(settings.connections(), frames.size()); i++) {
        devices.add(Device.connect(server.rsocketPort(), STREAM));
        List<byte[]> share = new ArrayList<>();
        for (int frame = i; frame < frames.size(); frame += settings.connections()) {
          share.add(frames.get(frame));
        }
        shares.add(share);
      }
    }

    @Override
    public String name() {
      return "RSocket";
    }

    @Override
    public Map<String, Double> round(int number) throws Exception {
      String topic = Readings.definition(STREAM).topic();
      long before = kafka.size(topic);
      long began = System.nanoTime();
      List<Flux<byte[]>> sends = new ArrayList<>();
      for (int i = 0; i < devices.size(); i++) {
        sends.add(sent(devices.get(i), shares.get(i), 1));
      }
      Flux.merge(Flux.fromIterable(sends), devices.size())
          .then()
          .toFuture()
          .get(RawKafka.LIMIT.toSeconds(), TimeUnit.SECONDS);
      long took = System.nanoTime() - began;
      long events = (long) frames * settings.frameEvents();
      WrongCount.check("records in " + topic, before + events, kafka.size(topic));
      return rate(events, took);
    }

    /** Sends frames until each is stored; empty. Those that the gateway asks for again go again. */
    private Flux<byte[]> sent(Device device, List<byte[]> frames, int attempt) {
      ConcurrentLinkedQueue<byte[]> unsent = new ConcurrentLinkedQueue<>(frames);
      List<byte[]> again = new ArrayList<>();
      return device
          .send(Flux.fromIterable(frames))
          .doOnNext(
              ack -> {
                byte[] frame = unsent.remove();
                if (Device.isRetry(ack)) {
                  again.add(frame);
                } else if (!Device.isStored(ack, settings.frameEvents())) {
                  throw new IllegalStateException("a frame was not stored: " + ack);
                }
              })
          .thenMany(
              Flux.defer(
                  () -> {
                    if (!unsent.isEmpty() || attempt == MAX_ATTEMPTS) {
                      return Flux.error(
                          new IllegalStateException(unsent.size() + " frames have no ack"));
                    }
                    return again.isEmpty() ? Flux.empty() : sent(device, again, attempt + 1);
                  }));
    }

    @Override
    public void close() {
      devices.forEach(Device::close);
    }
  }
}
