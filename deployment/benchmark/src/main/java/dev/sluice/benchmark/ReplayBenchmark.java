package dev.sluice.benchmark;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.engine.query.LiveQueryEngine;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryRequest;
import dev.sluice.engine.query.QuerySettings;
import dev.sluice.engine.resume.TokenCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Events a second of the tour's windowed query over a log, from its earliest event to now, against
 * a raw consumer that polls the same topic and looks at nothing: with the engine in this process,
 * where the consumer is, and over HTTP from the server's. Beside them, the same aggregate written
 * by hand for Kafka Streams, and in Flink SQL.
 *
 * <p>Time is from asking to the end of the answer, from the consumer's seek to its last record. The
 * first answer of each is compared row by row, every one by its accounting.
 */
final class ReplayBenchmark {
  static final String NAME = "replay";
  static final double AIM = 0.6;
  private static final double AIM_STREAMS = 10;
  private static final double AIM_FLINK = 5;
  private static final String STREAM = "readings";
  static final String FIGURE = "events/s";
  private static final double EVENTS_PER_MS = 10;

  /** So long ago are the last events, that all of them are past. */
  private static final Duration AGO = Duration.ofSeconds(10);

  private final Server server;
  private final Settings settings;
  private final long events;

  ReplayBenchmark(Server server, Settings settings) {
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
    int frame = settings.frameEvents();
    String topic = Readings.definition(STREAM).topic();
    ReadingsLog.begin(http, kafka, STREAM, readings, frame).append(frame, events, frame);
    WrongCount.check("records in " + topic, events, kafka.size(topic));
    Expected expected = new Expected(readings, settings.devices(), events);
    try (Poll poll = new Poll(kafka);
        Engine engine = new Engine(kafka.schemaId(topic), expected);
        FlinkReplay flink =
            new FlinkReplay(server.kafka(), Readings.definition(STREAM), events, expected)) {
      Gateway gateway = new Gateway(http, expected);
      Contender streams = new KafkaStreamsReplay(server.kafka(), topic, events, expected);
      Contender flinkWholly = flink.wholly();
      Contender flinkRunning = flink.running();
      return Race.run(
          NAME,
          events + " events into " + expected.rows() + " rows",
          List.of(
              new Race.Aim(engine.name(), poll.name(), AIM),
              new Race.Aim(gateway.name(), poll.name(), AIM),
              new Race.Aim(engine.name(), streams.name(), AIM_STREAMS),
              new Race.Aim(engine.name(), flinkWholly.name(), AIM_FLINK),
              new Race.Aim(engine.name(), flinkRunning.name(), AIM_FLINK)),
          List.of(poll, engine, gateway, streams, flinkWholly, flinkRunning),
          settings,
          progress);
    }
  }

  private Map<String, Double> rate(long nanos) {
    return Map.of(FIGURE, events * 1e9 / nanos);
  }

  /** The baseline. */
  private final class Poll implements Contender, AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;

    Poll(RawKafka kafka) {
      consumer = kafka.consumer();
    }

    @Override
    public String name() {
      return "KafkaConsumer";
    }

    @Override
    public Map<String, Double> round(int number) throws Exception {
      String topic = Readings.definition(STREAM).topic();
      long began = System.nanoTime();
      consumer.assign(RawKafka.partitions(topic));
      consumer.seekToBeginning(RawKafka.partitions(topic));
      long read = 0;
      long bytes = 0;
      while (read < events) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(RawKafka.POLL)) {
          bytes += record.value().length;
          read++;
        }
        if (System.nanoTime() - began > RawKafka.LIMIT.toNanos()) {
          throw new TimeoutException("only " + read + " records were read");
        }
      }
      long took = System.nanoTime() - began;
      WrongCount.check("records", events, read);
      if (bytes < events) {
        throw new WrongCount("the records are empty");
      }
      return rate(took);
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  /** Live queries without a gateway. */
  private final class Engine implements Contender, AutoCloseable {
    private final KafkaEventLog log = new KafkaEventLog(KafkaSettings.of(server.kafka()));
    private final LiveQueryEngine engine;
    private final Expected expected;

    Engine(int schemaId, Expected expected) {
      this.expected = expected;
      CatalogStream stream =
          new CatalogStream(Readings.definition(STREAM), schemaId, 1, Instant.EPOCH);
      engine =
          new LiveQueryEngine(
              new OneStream(stream),
              log,
              new TokenCodec(new byte[32]),
              QuerySettings.defaults(),
              Clock.systemUTC(),
              new Flow(new SimpleMeterRegistry()));
    }

    @Override
    public String name() {
      return "engine";
    }

    @Override
    public Map<String, Double> round(int number) throws Exception {
      Answer answer = new Answer(number == 0);
      long began = System.nanoTime();
      engine
          .open(new QueryRequest(Expected.QUERY, "earliest", "now", null, null))
          .flatMapMany(query -> query.events(QueryEvent.Format.NDJSON))
          .doOnNext(
              event -> {
                byte[] encoded = event.encoded(QueryEvent.Format.NDJSON);
                answer.add(encoded, encoded.length);
              })
          .then()
          .toFuture()
          .get(RawKafka.LIMIT.toSeconds(), TimeUnit.SECONDS);
      long took = System.nanoTime() - began;
      answer.check(expected);
      return rate(took);
    }

    @Override
    public void close() {
      engine.close();
      log.close();
    }
  }

  /** The whole way. */
  private final class Gateway implements Contender {
    private final Http http;
    private final Expected expected;

    Gateway(Http http, Expected expected) {
      this.http = http;
      this.expected = expected;
    }

    @Override
    public String name() {
      return "HTTP NDJSON";
    }

    @Override
    public Map<String, Double> round(int number) throws Exception {
      Answer answer = new Answer(number == 0);
      long began = System.nanoTime();
      try (InputStream body =
          http.ask(
              RawKafka.LIMIT,
              Http.NDJSON,
              Map.of("sql", Expected.QUERY, "from", "earliest", "to", "now"))) {
        byte[] buffer = new byte[64 << 10];
        int length;
        while ((length = body.read(buffer)) >= 0) {
          answer.add(buffer, length);
        }
      }
      long took = System.nanoTime() - began;
      answer.check(expected);
      return rate(took);
    }
  }
}
