package dev.sluice.engine.deadletter;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.TopicRecords;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The dead letters of all streams. Everything fails with LOG_UNAVAILABLE, and with OVERLOADED where
 * too much waits. What was begun goes on if whoever asked has gone.
 */
public final class DeadLetters implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
  private static final int LOOKS = 20;
  private static final int PAGE_BYTES = 512 << 10;
  private static final int NEWS_BYTES = 64 << 10;
  private static final int MOST_REPLAYS_WAITING = 16;

  private final EventLog log;
  private final DeadLetterSettings settings;
  private final Clock clock;
  private final Scheduler reading;
  private final Scheduler replaying;
  private final Deque<TopicRecords> readers = new ConcurrentLinkedDeque<>();
  private final Map<Key, KnownLetters> known = new LinkedHashMap<>(16, 0.75f, true);
  private volatile boolean closed;

  /** A topic of the name may have been deleted and made again. */
  private record Key(String stream, String topic, Instant created) {}

  public DeadLetters(EventLog log, Streams streams, DeadLetterSettings settings, Clock clock) {
    this.log = log;
    this.settings = settings;
    this.clock = clock;
    reading =
        Schedulers.newBoundedElastic(settings.threads(), settings.waiting(), "sluice-dead-letters");
    replaying = Schedulers.newBoundedElastic(1, MOST_REPLAYS_WAITING, "sluice-dead-letters-replay");
    streams.onChange(name -> forget(name, streams.find(name)));
  }

  /** How many there are; empty for a stream over a topic of somebody else, which has none. */
  public Mono<LetterCounts> counts(CatalogStream stream) {
    if (stream.definition().foreign() != null) {
      return Mono.empty();
    }
    return on(
        reading,
        stream,
        (letters, records) -> {
          letters.look(records);
          return new LetterCounts(letters.index().counts(), letters.index().next());
        });
  }

  /**
   * The newest first.
   *
   * @param before only those with a smaller offset
   * @param limit most letters on the page
   */
  public Mono<LetterPage> newest(
      CatalogStream stream, LetterFilter filter, long before, int limit) {
    return page(stream, (letters, pages) -> pages.newest(filter, before, limit));
  }

  /**
   * The oldest first.
   *
   * @param after only those with a greater offset; -1: all
   */
  public Mono<LetterPage> oldest(CatalogStream stream, LetterFilter filter, long after, int limit) {
    return page(
        stream,
        (letters, pages) -> pages.oldest(filter, after, letters.index().next(), limit, null));
  }

  private Mono<LetterPage> page(
      CatalogStream stream, BiFunction<KnownLetters, LetterPages, LetterPage> page) {
    return on(
        reading,
        stream,
        (letters, records) -> {
          letters.look(records);
          return page.apply(letters, new LetterPages(letters, records, PAGE_BYTES));
        });
  }

  /**
   * What happens behind an offset, as soon as it has; after five seconds also nothing. {@link
   * LetterPage#begin()} says if some of it is no longer kept.
   */
  public Mono<LetterPage> next(CatalogStream stream, LetterFilter filter, long after, int limit) {
    return this.<LetterPage>on(
            reading,
            stream,
            (letters, records) -> {
              letters.lookAgain(records);
              boolean isNews =
                  letters.index().next() - 1 > after || letters.index().begin() > after + 1;
              return isNews
                  ? new LetterPages(letters, records, NEWS_BYTES).entries(filter, after, limit)
                  : null;
            })
        .repeatWhenEmpty(looks -> looks.take(LOOKS).delayElements(LOOK_AGAIN))
        .switchIfEmpty(Mono.fromSupplier(() -> new LetterPage(List.of(), after, false, 0)));
  }

  /**
   * Sends letters again, each once however often this is asked for, here or elsewhere. One that is
   * not taken again stays what it is.
   *
   * @param door what the one way in says of a letter; called on the thread that replays
   * @return fails with DEAD_LETTERS_BUSY if another gateway replays or deletes at the same time
   */
  public Mono<Replayed> replay(
      CatalogStream stream, Selection selection, Function<DeadLetter, Resend> door) {
    return on(
        replaying,
        stream,
        (letters, records) -> new Removal(log, letters, records, clock).replay(selection, door));
  }

  /** Takes letters away; how many there were. Fails as {@link #replay} does. */
  public Mono<Long> delete(CatalogStream stream, Selection selection) {
    return on(
        replaying,
        stream,
        (letters, records) -> {
          Removal removal = new Removal(log, letters, records, clock);
          return selection.byIndexAlone()
              ? removal.deleteByIndex(selection.filter())
              : removal.delete(selection);
        });
  }

  private <T> Mono<T> on(
      Scheduler threads,
      CatalogStream stream,
      BiFunction<KnownLetters, TopicRecords, @Nullable T> call) {
    return Mono.create(
        sink -> {
          try {
            // A plain task, and no subscribeOn: it is not interrupted if nobody waits any more.
            var unused =
                threads.schedule(
                    () -> {
                      try {
                        sink.success(withReader(records -> call.apply(known(stream), records)));
                      } catch (RuntimeException e) {
                        sink.error(e);
                      }
                    });
          } catch (RejectedExecutionException full) {
            sink.error(overloaded());
          }
        });
  }

  private <T> @Nullable T withReader(Function<TopicRecords, @Nullable T> call) {
    TopicRecords idle = readers.poll();
    TopicRecords records = idle == null ? log.openRecords() : idle;
    try {
      return call.apply(records);
    } finally {
      readers.push(records);
      if (closed) {
        closeReaders();
      }
    }
  }

  private static RuntimeException overloaded() {
    return Problem.of(
            ProblemCode.OVERLOADED, "too many ask for dead letters at once: ask again later")
        .toException();
  }

  private KnownLetters known(CatalogStream stream) {
    String topic = stream.definition().deadLetterTopic();
    Key key = new Key(stream.definition().name(), topic, stream.created());
    synchronized (known) {
      KnownLetters letters =
          known.computeIfAbsent(key, unused -> new KnownLetters(topic, settings.most()));
      if (known.size() > settings.streams()) {
        known.remove(known.keySet().iterator().next());
      }
      return letters;
    }
  }

  private void forget(String name, @Nullable CatalogStream now) {
    synchronized (known) {
      known
          .keySet()
          .removeIf(
              key ->
                  key.stream().equals(name)
                      && (now == null || !now.created().equals(key.created())));
    }
  }

  private void closeReaders() {
    for (TopicRecords idle = readers.poll(); idle != null; idle = readers.poll()) {
      idle.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    reading.dispose();
    replaying.dispose();
    closeReaders();
  }
}
