package dev.sluice.gateway.ingest;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Stage;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.gateway.ingest.IngestBudget.Reservation;
import dev.sluice.gateway.quota.Rate;
import dev.sluice.model.json.DecodedFrame;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameDecoder;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.json.Rejection;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The one path behind all doors: decodes a frame, appends what is good and what is not, and answers
 * when the log has it.
 *
 * <p>Shown as the hop {@code ingest}: {@code stored} (wholly or partly) + {@code refused} (for
 * good) + {@code retry} (refused for now, or perhaps half stored) + {@code failed} (ended with the
 * connection's error) + {@code dropped} (those that would be one of the latter two, of a sender who
 * is answered nothing) are all frames received; {@code accepted} + {@code rejected} are all events
 * of the frames stored.
 */
final class Ingest {
  private static final Map<String, byte[]> NO_HEADERS = Map.of();

  private final Streams streams;
  private final Function<List<LogRecord>, Mono<Void>> log;
  private final IngestBudget budget;
  private final FrameBounds bounds;
  private final Clock clock;
  private final Doors doors;
  private final Map<String, Decoder> decoders = new ConcurrentHashMap<>();
  private final LongAdder stored;
  private final LongAdder refused;
  private final LongAdder retried;
  private final LongAdder failed;
  private final LongAdder dropped;
  private final LongAdder accepted;
  private final LongAdder rejected;

  private record Decoder(CatalogStream stream, FrameDecoder frames) {}

  private record Prepared(List<LogRecord> records, Answer answer) {}

  /**
   * @param log {@link dev.sluice.engine.log.EventLog#append}
   */
  Ingest(
      Streams streams,
      Function<List<LogRecord>, Mono<Void>> log,
      IngestBudget budget,
      FrameBounds bounds,
      Clock clock,
      Doors doors,
      Flow flow) {
    this.streams = streams;
    this.log = log;
    this.budget = budget;
    this.bounds = bounds;
    this.clock = clock;
    this.doors = doors;
    Hop hop = new Hop(Stage.INGEST, "ingest");
    stored = hop.counting("stored");
    refused = hop.counting("refused");
    retried = hop.counting("retry");
    failed = hop.counting("failed");
    dropped = hop.counting("dropped");
    accepted = hop.counting("accepted");
    rejected = hop.counting("rejected");
    flow.add(hop);
    streams.onChange(
        name -> {
          if (streams.find(name) == null) {
            decoders.remove(name);
          }
        });
  }

  /** The stream of that name; fails with STREAM_UNKNOWN or STREAM_READ_ONLY. */
  CatalogStream stream(String name) {
    CatalogStream stream = streams.find(name);
    if (stream == null) {
      throw Problem.of(
              ProblemCode.STREAM_UNKNOWN,
              "there is no stream " + name + ": declare it with PUT /v1/streams/" + name)
          .toException();
    }
    stream.definition().requireWritable();
    return stream;
  }

  /**
   * Stores a frame that came unasked: nothing of it if its sender's rate has it come later. What
   * has been begun goes on if the subscriber cancels.
   *
   * @param room is held until the answer lets it go; released if there will be none. Null: there is
   *     none, and the frame is refused
   * @param on where it is decoded: frames that are given to the same thread are appended in their
   *     order
   * @return fails with STREAM_UNKNOWN; everything else is an answer
   */
  Mono<Answer> ingest(Frame frame, @Nullable Reservation room, Scheduler on) {
    return ingest(frame, room, on, this::whenDue, retried, failed);
  }

  /** The same for a frame that its sender was granted. */
  Mono<Answer> ingestGranted(Frame frame, @Nullable Reservation room, Scheduler on) {
    return ingest(frame, room, on, this::prepare, retried, failed);
  }

  /** Stores a frame whose sender is answered nothing; what is not stored now never will be. */
  Mono<Void> forget(Frame frame, @Nullable Reservation room, Scheduler on) {
    return ingest(frame, room, on, this::whenDue, dropped, dropped)
        .doOnNext(answer -> answer.hold().letGo())
        .onErrorComplete()
        .then();
  }

  /**
   * A frame came, in a way in which none can be or from who may send none, and nothing is answered.
   */
  void forgotten() {
    dropped.increment();
  }

  private Mono<Answer> ingest(
      Frame frame,
      @Nullable Reservation room,
      Scheduler on,
      BiFunction<Frame, Reservation, Prepared> prepare,
      LongAdder notNow,
      LongAdder withAnError) {
    Doors.Door door = doors.of(frame.origin());
    long received = door.received(frame);
    if (room == null) {
      Ack refusal = new Ack.Retry(frame.number(), budget.refuse());
      return Mono.just(counted(door, received, Answer.of(refusal), notNow));
    }
    return Mono.fromCallable(() -> prepare.apply(frame, room))
        .subscribeOn(on)
        .flatMap(prepared -> append(frame, prepared))
        .map(answer -> counted(door, received, answer, notNow))
        .doOnNext(answer -> room.answered(answer.json().length))
        .doOnError(
            error -> {
              withAnError.increment();
              room.letGo();
            })
        .doOnSubscribe(begun -> room.begin())
        .cache()
        .map(answer -> answer.holding(room))
        .doOnCancel(room::abandon);
  }

  private Prepared whenDue(Frame frame, Reservation room) {
    Rate rate = frame.origin().rate();
    return rate.nanosUntilDue() > 0
        ? new Prepared(List.of(), Answer.of(new Ack.Retry(frame.number(), rate.refuse())))
        : prepare(frame, room);
  }

  private Prepared prepare(Frame frame, Reservation room) {
    StreamDefinition stream = stream(frame.stream()).definition();
    long now = clock.millis();
    DecodedFrame<LogRecord> decoded =
        decode(frame.stream(), frame.data(), frame.format(), now, frame.origin().caller().device());
    if (decoded.problem() != null) {
      frame.origin().rate().took(0, frame.data().length);
      return new Prepared(List.of(), Answer.of(new Ack.Refused(frame.number(), decoded.problem())));
    }
    if (!decoded.events().isEmpty()) {
      frame
          .origin()
          .keys()
          .see(
              decoded.events().get(0).key(),
              decoded.events().get(decoded.events().size() - 1).key());
    }
    List<LogRecord> records = withDeadLetters(decoded, stream.deadLetterTopic(), frame, now);
    int events = decoded.events().size();
    List<Rejection> bad = decoded.rejected();
    Answer answer =
        Answer.of(
            bad.isEmpty()
                ? new Ack.Stored(frame.number(), events)
                : new Ack.PartlyStored(frame.number(), events, bad));
    if (!room.resize(Math.max(bytes(records), answer.json().length))) {
      return new Prepared(List.of(), Answer.of(new Ack.Retry(frame.number(), budget.refuse())));
    }
    frame.origin().rate().took((long) events + bad.size(), frame.data().length);
    return new Prepared(records, answer);
  }

  /**
   * What a frame holds, as it would be stored now; fails as {@link #stream} does.
   *
   * @param owner the only key that the events may have; null: any
   */
  DecodedFrame<LogRecord> decode(
      String stream, byte[] data, FrameFormat format, @Nullable String owner) {
    return decode(stream, data, format, clock.millis(), owner);
  }

  private DecodedFrame<LogRecord> decode(
      String name, byte[] data, FrameFormat format, long now, @Nullable String owner) {
    Decoder decoder = decoder(stream(name));
    String topic = decoder.stream().definition().topic();
    return decoder
        .frames()
        .ownedBy(owner)
        .decode(
            data,
            format,
            now,
            (time, key, value) -> new LogRecord(topic, null, time, key, value, NO_HEADERS));
  }

  private Decoder decoder(CatalogStream stream) {
    String name = stream.definition().name();
    Decoder known = decoders.get(name);
    if (known == null || known.stream() != stream) {
      known = new Decoder(stream, new FrameDecoder(stream.definition(), stream.schemaId(), bounds));
      decoders.put(name, known);
    }
    return known;
  }

  private List<LogRecord> withDeadLetters(
      DecodedFrame<LogRecord> decoded, String topic, Frame frame, long now) {
    if (decoded.rejected().isEmpty()) {
      return decoded.events();
    }
    List<LogRecord> records = new ArrayList<>(decoded.events());
    for (Rejection rejection : decoded.rejected()) {
      records.add(DeadLetters.of(topic, rejection, frame, bounds.eventBytes(), now));
    }
    return records;
  }

  private static long bytes(List<LogRecord> records) {
    long bytes = 0;
    for (LogRecord record : records) {
      bytes += record.bytes();
    }
    return bytes;
  }

  private Mono<Answer> append(Frame frame, Prepared prepared) {
    return log.apply(prepared.records())
        .thenReturn(prepared.answer())
        .onErrorResume(
            error -> Mono.just(Answer.of(new Ack.Retry(frame.number(), problemOf(error)))));
  }

  private static Problem problemOf(Throwable error) {
    return error instanceof ProblemException known
        ? known.problem()
        : Problem.of(
            ProblemCode.LOG_UNAVAILABLE,
            "the log did not store it (" + error.getMessage() + "): send the same frame again");
  }

  private Answer counted(Doors.Door door, long received, Answer answer, LongAdder notNow) {
    door.answered(received, answer.ack());
    if (answer.ack() instanceof Ack.Stored all) {
      stored.increment();
      accepted.add(all.events());
    } else if (answer.ack() instanceof Ack.PartlyStored some) {
      stored.increment();
      accepted.add(some.events());
      rejected.add(some.rejected().size());
    } else if (answer.ack() instanceof Ack.Refused) {
      refused.increment();
    } else {
      notNow.increment();
    }
    return answer;
  }
}
