package dev.sluice.benchmark;

import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.Punctuation;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What different windowed queries on one stream cost, at one rate of events: the server's CPU time
 * for a million events, against that for one query, and how long after the last event the last
 * query has its rows.
 *
 * <p>Every query is subscribed to over server-sent events. What its rows count is compared with
 * what the readings are known to hold, and what it has read with what was sent. Events are appended
 * by a raw producer when they are due.
 */
final class ManyBenchmark {
  static final String NAME = "many";
  private static final String STREAM = "many_";
  private static final Duration OPENED_WITHIN = Duration.ofSeconds(180);
  private static final Duration DONE_WITHIN = Duration.ofSeconds(120);
  private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** No window is longer. */
  private static final long LONGEST_WINDOW_MS = 20_000;

  /** So long before the events is where the queries begin, at a beginning of each one's windows. */
  private static final long EARLIER_MS = 60_000;

  private static final int WARM_UP_QUERIES = 10;

  /** The first event only makes the stream's schema known. */
  private static final long FIRST = 1;

  private final Server server;
  private final Settings settings;
  private final Http http;
  private final RawKafka kafka;
  private int streams;

  ManyBenchmark(Server server, Settings settings) {
    this.server = server;
    this.settings = settings;
    http = new Http(server.http());
    kafka = new RawKafka(server.kafka());
  }

  Race.Result run(PrintWriter progress) throws Exception {
    Settings.Many many = settings.many();
    Map<String, List<Race.Round>> results = new LinkedHashMap<>();
    if (settings.warmUps() > 0) {
      say(progress, "warm-up", round(WARM_UP_QUERIES));
    }
    for (int queries : many.queries()) {
      Map<String, Double> figures = round(queries);
      say(progress, queries + " queries", figures);
      double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
      results.put(queries + " queries", List.of(new Race.Round(figures, load)));
    }
    return new Race.Result(
        NAME,
        many.rate() + " events/s for " + many.seconds() + " s through different windowed queries",
        List.of(),
        results);
  }

  private static void say(PrintWriter progress, String what, Map<String, Double> figures) {
    progress.printf(Locale.ROOT, "  %-16s %s%n", what, Race.text(figures));
    progress.flush();
  }

  private Map<String, Double> round(int count) throws Exception {
    String stream = STREAM + ++streams;
    http.declare(stream);
    long now = System.currentTimeMillis();
    long from = (now - EARLIER_MS) / EARLIER_MS * EARLIER_MS;
    http.send(stream, new Readings(settings.devices(), 0, 1).frame(0, 1, from - 1));
    List<ManyQueries.Query> queries = ManyQueries.of(stream, count, settings.devices());
    List<Rows> rows = new ArrayList<>();
    List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
    try {
      for (ManyQueries.Query query : queries) {
        Rows answer = new Rows();
        rows.add(answer);
        answers.add(
            http.follow(
                Map.of("sql", query.sql(), "from", Instant.ofEpochMilli(from).toString()), answer));
      }
      all(rows, Rows::opened, OPENED_WITHIN);
      return measured(stream, queries, rows);
    } finally {
      answers.forEach(answer -> answer.cancel(true));
    }
  }

  private Map<String, Double> measured(
      String stream, List<ManyQueries.Query> queries, List<Rows> rows) throws Exception {
    int rate = settings.many().rate();
    long events = (long) rate * settings.many().seconds();
    String topic = Readings.definition(stream).topic();
    RawKafka.Records decoder =
        new RawKafka.Records(Readings.definition(stream), kafka.schemaId(topic), topic);
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer()) {
      producer.partitionsFor(topic);
      long start = System.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(LEAD_NANOS);
      Readings readings = new Readings(settings.devices(), start, rate / 1e3);
      double cpu = server.cpuSeconds();
      long began = System.nanoTime();
      double heldUp = feed(producer, decoder, readings, began + LEAD_NANOS, events);
      long fed = System.nanoTime();
      long end = readings.time(FIRST + events) + LONGEST_WINDOW_MS;
      close(producer, topic, end);
      all(rows, answer -> answer.reaches(end), DONE_WITHIN);
      long done = System.nanoTime();
      double used = server.cpuSeconds() - cpu;
      check(queries, rows, readings, events);
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("CPU s/M events", used / events * 1e6);
      figures.put("cores", used / ((done - began) / 1e9));
      figures.put("s behind at the end", (done - fed) / 1e9);
      figures.put("s the producer was behind", heldUp);
      return figures;
    }
  }

  /**
   * Appends the events when they are due.
   *
   * @return how far the last of them was behind its time, s
   */
  private double feed(
      KafkaProducer<byte[], byte[]> producer,
      RawKafka.Records decoder,
      Readings readings,
      long began,
      long events)
      throws Exception {
    int size = settings.frameEvents();
    double nanosPerEvent = 1e9 / settings.many().rate();
    Sending sending = new Sending(producer, (int) events);
    long due = began;
    for (long sent = 0; sent < events; sent += size) {
      int frame = (int) Math.min(size, events - sent);
      List<ProducerRecord<byte[], byte[]>> records =
          decoder.of(readings.frame(FIRST + sent, frame));
      due = began + (long) ((sent + frame) * nanosPerEvent);
      long wait;
      while ((wait = due - System.nanoTime()) > 0) {
        LockSupport.parkNanos(wait);
      }
      records.forEach(sending::send);
    }
    sending.await();
    return Math.max(0, System.nanoTime() - due) / 1e9;
  }

  /**
   * Writes a watermark that the gateway would not, as it is ahead of the clock: nobody need wait.
   */
  private static void close(KafkaProducer<byte[], byte[]> producer, String topic, long watermark)
      throws Exception {
    Sending sending = new Sending(producer, Readings.PARTITIONS);
    for (int p = 0; p < Readings.PARTITIONS; p++) {
      LogRecord record = Punctuation.record(topic, p, watermark);
      ProducerRecord<byte[], byte[]> stated =
          new ProducerRecord<>(topic, p, record.timestamp(), null, (byte[]) null);
      record.headers().forEach(stated.headers()::add);
      sending.send(stated);
    }
    sending.await();
  }

  private static void check(
      List<ManyQueries.Query> queries, List<Rows> rows, Readings readings, long events)
      throws WrongCount {
    long[] expected = ManyQueries.expected(queries, readings, FIRST, events);
    for (int q = 0; q < expected.length; q++) {
      String by = " by " + queries.get(q).sql() + ", which says " + rows.get(q).accounting();
      WrongCount.check("counted" + by, expected[q], rows.get(q).counted());
      WrongCount.check("read" + by, events, rows.get(q).read());
    }
  }

  private static void all(
      List<Rows> rows, Function<Rows, CompletableFuture<@Nullable Void>> what, Duration limit)
      throws Exception {
    List<CompletableFuture<@Nullable Void>> each = rows.stream().map(what).toList();
    try {
      CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
          .get(limit.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      long missing = each.stream().filter(one -> !one.isDone()).count();
      throw new TimeoutException(
          missing + " of " + each.size() + " queries did not answer in time");
    }
  }
}
