package dev.sluice.engine.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.deadletter.DeadLetter.Reason;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.TopicRecords;
import dev.sluice.engine.log.TopicRecords.Stored;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Streams of one partition on a real broker, and letters in their topics. */
final class LetterBed implements Streams, AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);
  static final long BEGAN = System.currentTimeMillis();
  private static final byte[] EMPTY = {};

  final KafkaEventLog log = new KafkaEventLog(KafkaSettings.of(TestServers.kafka()));
  private final List<DeadLetters> opened = new ArrayList<>();

  /** As at one more gateway, which knows nothing yet. */
  DeadLetters open() {
    return open(DeadLetterSettings.DEFAULT);
  }

  DeadLetters open(DeadLetterSettings settings) {
    DeadLetters letters = new DeadLetters(log, this, settings, Clock.systemUTC());
    opened.add(letters);
    return letters;
  }

  CatalogStream declare(String name) {
    StreamDefinition definition =
        new StreamDefinition(
            name,
            List.of(new Field("v", FieldType.STRING, false)),
            new Identity(null, null, Duration.ZERO),
            new EventTime(
                null, false, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), null, null),
            new Storage(1, Duration.ofDays(1)),
            StreamDefinition.UnknownFields.REJECT);
    log.createTopics(definition).block(LIMIT);
    return new CatalogStream(definition, 1, 1, Instant.now());
  }

  /** Letters {@code from, …, to - 1}: the numbers are their bytes, codes and times follow them. */
  void reject(CatalogStream stream, int from, int to) {
    List<LogRecord> records = new ArrayList<>();
    for (int n = from; n < to; n++) {
      records.add(
          new LogRecord(
              stream.definition().deadLetterTopic(),
              null,
              BEGAN + n,
              null,
              Integer.toString(n).getBytes(UTF_8),
              Map.of(
                  "code", code(n).getBytes(UTF_8),
                  "detail", ("because of " + n).getBytes(UTF_8),
                  "door", "http".getBytes(UTF_8),
                  "device", ("d" + n % 5).getBytes(UTF_8))));
    }
    log.append(records).block(LIMIT);
  }

  static String code(int n) {
    return n % 3 == 0 ? "FIELD_TYPE" : "FIELD_MISSING";
  }

  static int number(DeadLetter letter) {
    return Integer.parseInt(
        new String(letter.original() == null ? EMPTY : letter.original(), UTF_8));
  }

  static List<Integer> numbers(LetterPage page) {
    List<Integer> numbers = new ArrayList<>();
    for (Entry entry : page.entries()) {
      if (entry instanceof Entry.Letter one) {
        numbers.add(number(one.letter()));
      }
    }
    return numbers;
  }

  /** Takes letters again whose number is not divisible by ten. */
  static Resend again(CatalogStream stream, DeadLetter letter) {
    return number(letter) % 10 == 0
        ? Resend.rejected(new Reason("FIELD_TYPE", "v", "still because of " + number(letter)))
        : Resend.taken(
            // Of long ago, it would be gone as soon as Kafka looks for what is too old.
            new LogRecord(
                stream.definition().topic(), null, BEGAN, null, letter.original(), Map.of()));
  }

  /** The events that are in the log, committed. */
  List<Integer> events(CatalogStream stream) {
    String topic = stream.definition().topic();
    List<Integer> events = new ArrayList<>();
    try (TopicRecords records = log.openRecords()) {
      long end = records.extent(topic).end();
      for (long at = 0; at < end; ) {
        TopicRecords.Read read = records.read(topic, at, end);
        for (Stored record : read.records()) {
          events.add(
              Integer.parseInt(new String(record.value() == null ? EMPTY : record.value(), UTF_8)));
        }
        at = read.next();
      }
    }
    return events;
  }

  @Override
  public @Nullable CatalogStream find(String name) {
    return null;
  }

  @Override
  public Collection<CatalogStream> all() {
    return List.of();
  }

  @Override
  public void onChange(Consumer<String> listener) {}

  @Override
  public void close() {
    opened.forEach(DeadLetters::close);
    log.close();
  }
}
