package dev.sluice.engine.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.log.TopicRecords;
import dev.sluice.engine.log.TopicRecords.Extent;
import dev.sluice.engine.log.TopicRecords.Read;
import dev.sluice.engine.log.TopicRecords.Stored;
import java.time.Duration;
import java.util.Set;

/** What is known of one topic of dead letters, as far as it was read. */
final class KnownLetters {
  private static final Duration FRESH = Duration.ofMillis(200);

  private final String topic;
  private final long most;
  private final LetterIndex index = new LetterIndex(0);
  private long lookedAt = System.nanoTime() - FRESH.toNanos();

  /**
   * @param most offsets that are kept
   */
  KnownLetters(String topic, long most) {
    this.topic = topic;
    this.most = most;
  }

  String topic() {
    return topic;
  }

  LetterIndex index() {
    return index;
  }

  /** Reads what has come, unless that was done a moment ago. */
  synchronized void lookAgain(TopicRecords records) {
    if (System.nanoTime() - lookedAt >= FRESH.toNanos()) {
      look(records);
    }
  }

  /** Reads what has come. */
  synchronized void look(TopicRecords records) {
    Extent extent = records.extent(topic);
    long begin = Math.max(extent.begin(), extent.end() - most);
    if (begin > extent.begin()) {
      records.cutBefore(topic, begin);
    }
    index.cutBefore(begin);
    readTo(records, extent.end());
    lookedAt = System.nanoTime();
  }

  /** Reads up to that offset, even if what is before it must be committed first. */
  synchronized void readTo(TopicRecords records, long end) {
    while (index.next() < end) {
      Read read = records.read(topic, index.next(), end);
      for (Stored record : read.records()) {
        add(record);
      }
      index.readTo(read.next());
    }
  }

  private void add(Stored record) {
    byte[] code = record.headers().get(DeadLetter.CODE);
    if (code != null) {
      index.letter(record.offset(), new String(code, UTF_8));
      return;
    }
    Mark mark = Mark.of(record);
    if (mark != null) {
      for (Mark.Span span : mark.spans()) {
        long unused = index.gone(span.first(), span.last());
      }
    }
  }

  /** Deletes what nobody can ask for any more, if it is worth it. */
  void tidy(TopicRecords records, long worth) {
    long first = index.firstFrom(0, Set.of());
    if (first - index.begin() >= worth) {
      records.cutBefore(topic, first);
      index.cutBefore(first);
    }
  }
}
