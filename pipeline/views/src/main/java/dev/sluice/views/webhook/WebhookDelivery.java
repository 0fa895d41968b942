package dev.sluice.views.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.Fates;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.log.GroupReader;
import dev.sluice.engine.log.GroupReader.Polled;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.view.Webhook;
import dev.sluice.model.view.WebhookReach;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Tells a view's webhook of its rows, in this process. */
public final class WebhookDelivery {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int AT_ONCE = 8;
  private static final long COMMIT_NANOS = Duration.ofSeconds(1).toNanos();

  /** Then it polls again, so that its group does not take it to be gone. */
  private static final long POLL_AGAIN_NANOS = Duration.ofSeconds(30).toNanos();

  private final CatalogStream rows;
  private final Webhook webhook;
  private final Clock clock;
  private final Receiver receiver;

  /**
   * @param rows the stream of the view's rows
   * @param webhook that is complete
   * @param reach where it may be
   */
  public WebhookDelivery(CatalogStream rows, Webhook webhook, WebhookReach reach, Clock clock) {
    this(rows, webhook, reach, clock, Receiver.FIRST_BACKOFF);
  }

  WebhookDelivery(
      CatalogStream rows, Webhook webhook, WebhookReach reach, Clock clock, Duration firstBackoff) {
    this.rows = rows;
    this.webhook = webhook;
    this.clock = clock;
    this.receiver = new Receiver(webhook, reach, clock, firstBackoff);
  }

  /** Why the receiver has not taken what it was told last; null if it has. Any thread. */
  public @Nullable String failing() {
    return receiver.failing();
  }

  /**
   * Runs until it is cancelled or fails with what the log fails with; started again it goes on from
   * what is committed, and may tell again of rows after that.
   *
   * @param group that shares out the partitions of the view's topic
   * @param own where the log is read, which blocks
   * @return rows told, a few times a second
   */
  public Flux<Long> run(EventLog log, String group, Scheduler own) {
    return Flux.usingWhen(
        Mono.fromCallable(() -> new Session(log.joinGroup(rows, group), own)).subscribeOn(own),
        Session::tell,
        session -> Mono.fromRunnable(session.reader::close).subscribeOn(own));
  }

  /** Some rows of a batch, which are told of at once. */
  private record Chunk(EventBatch batch, int first, int end) {

    /** How far its partition is read with it, after a position. */
    GroupPosition after(GroupPosition before) {
      boolean last = end == batch.size();
      long undecodable = last ? batch.undecodable().offset().length : 0;
      return new GroupPosition(
          last ? batch.nextOffset() : batch.log().offset()[end],
          last ? batch.endWatermark() : batch.log().watermark()[end],
          before.fates().plus(new Fates(undecodable, 0, 0, 0, 0, end - first)));
    }
  }

  /** One reader's time, until something fails. */
  private final class Session {
    private final GroupReader reader;
    private final Scheduler own;
    private final long from = webhook.from() == null ? 0 : webhook.from().toEpochMilli();
    private final Map<Integer, GroupPosition> positions = new HashMap<>();
    private final List<LogRecord> deadLetters = new ArrayList<>();
    private long polledAt;
    private long committedAt;
    private boolean isUncommitted;

    /** Not when its partitions were taken away while rows of them were being told. */
    private boolean goesOn;

    Session(GroupReader reader, Scheduler own) {
      this.reader = reader;
      this.own = own;
    }

    Flux<Long> tell() {
      return Mono.fromCallable(this::poll)
          .subscribeOn(own)
          .flatMapMany(chunks -> whileWaiting(tell(chunks)))
          .repeat();
    }

    private List<Chunk> poll() {
      Polled polled = reader.poll(POLL);
      polledAt = System.nanoTime();
      goesOn = true;
      if (polled.begin() != null) {
        positions.clear();
        positions.putAll(polled.begin());
        deadLetters.clear();
      }
      List<Chunk> chunks = new ArrayList<>();
      for (EventBatch batch : polled.batches()) {
        int first = 0;
        do {
          int end = Math.min(first + AT_ONCE, batch.size());
          chunks.add(new Chunk(batch, first, end));
          first = end;
        } while (first < batch.size());
      }
      return chunks;
    }

    /** Rows told, of as many of the chunks as there is time for; the others are read again. */
    private Mono<Long> tell(List<Chunk> chunks) {
      return Flux.fromIterable(chunks)
          .takeWhile(chunk -> goesOn && System.nanoTime() - polledAt < POLL_AGAIN_NANOS)
          .concatMap(
              chunk ->
                  tell(chunk)
                      .publishOn(own)
                      .doOnNext(dead -> end(chunk, dead))
                      .thenReturn(chunk.end() - chunk.first()),
              0)
          .collectList()
          .map(
              told -> {
                endPoll(told.size() == chunks.size());
                return told.stream().mapToLong(Integer::longValue).sum();
              });
    }

    /** The dead letters of those that were not taken. */
    private Mono<List<LogRecord>> tell(Chunk chunk) {
      EventBatch batch = chunk.batch();
      return Flux.fromStream(IntStream.range(chunk.first(), chunk.end()).boxed())
          .filter(row -> batch.log().eventTime()[row] >= from)
          .map(row -> Message.of(rows.definition(), rows.generation(), batch, row))
          .flatMap(
              message ->
                  receiver
                      .take(message)
                      .flatMap(why -> Mono.justOrEmpty(why.map(w -> deadLetter(message, w)))),
              AT_ONCE)
          .collectList();
    }

    private LogRecord deadLetter(Message message, String why) {
      Instant now = clock.instant();
      return new LogRecord(
          rows.definition().deadLetterTopic(),
          null,
          now.toEpochMilli(),
          null,
          message.body(),
          Map.of(
              "code", ProblemCode.WEBHOOK_UNDELIVERED.name().getBytes(UTF_8),
              "detail",
                  (webhook.url() + " did not take " + message.id() + ": " + why).getBytes(UTF_8),
              "door", "webhook".getBytes(UTF_8),
              "ingested", Long.toString(now.toEpochMilli()).getBytes(UTF_8)));
    }

    private void end(Chunk chunk, List<LogRecord> dead) {
      deadLetters.addAll(dead);
      positions.computeIfPresent(
          chunk.batch().partition(), (partition, before) -> chunk.after(before));
      isUncommitted = true;
      if (!deadLetters.isEmpty() || System.nanoTime() - committedAt > COMMIT_NANOS) {
        commit();
      }
    }

    private void endPoll(boolean all) {
      if (goesOn && isUncommitted) {
        commit();
      }
      if (goesOn && !all) {
        reader.again();
      }
    }

    private void commit() {
      goesOn = reader.commit(deadLetters, positions);
      deadLetters.clear();
      committedAt = System.nanoTime();
      isUncommitted = false;
    }
  }

  /** Also says nothing now and then, so that whoever would stop it can. */
  private static Flux<Long> whileWaiting(Mono<Long> told) {
    return told.flux()
        .publish(
            shared -> shared.mergeWith(Flux.interval(POLL).map(n -> 0L).takeUntilOther(shared)));
  }
}
