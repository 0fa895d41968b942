package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;

class IngestTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Bed bed = new Bed(1 << 20);

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void frameIsAckedWhenTheLogHasIt() {
    bed.log.stall();
    StepVerifier.create(ingest(0, "[" + Bed.GOOD + "," + Bed.GOOD + "]").map(IngestTest::json))
        .then(() -> await().until(() -> bed.log.heldAppends() == 1))
        .then(bed.log::resume)
        .expectNext("{\"frame\":0,\"accepted\":2,\"rejected\":[]}")
        .expectComplete()
        .verify(SOON);
    assertThat(bed.log.topic("stream.readings")).hasSize(2);
    assertThat(bed.budget.used()).isZero();
  }

  @Test
  void badEventsGoToTheDeadLettersWithTheirReasonAndTheirBytes() {
    assertThat(answer(3, "[" + Bed.GOOD + "," + Bed.BAD + "]"))
        .isEqualTo(
            "{\"frame\":3,\"accepted\":1,\"rejected\":[{\"index\":1,\"code\":\"FIELD_TYPE\","
                + "\"field\":\"n\",\"detail\":\"n must be a LONG or null: was the string \\\"x\\\"\"}]}");
    assertThat(bed.log.topic("stream.readings")).hasSize(1);
    LogRecord dead = bed.log.topic("dead.readings").get(0);
    assertThat(new String(Objects.requireNonNull(dead.value()), UTF_8)).isEqualTo(Bed.BAD);
    assertThat(dead.headers().keySet())
        .containsExactly(
            "code", "detail", "field", "format", "door", "device", "frame", "index", "ingested");
    assertThat(new String(dead.headers().get("code"), UTF_8)).isEqualTo("FIELD_TYPE");
    assertThat(new String(dead.headers().get("index"), UTF_8)).isEqualTo("1");
    assertThat(new String(dead.headers().get("ingested"), UTF_8))
        .isEqualTo(Long.toString(Bed.NOW.toEpochMilli()));
  }

  @Test
  void frameThatIsNotJsonIsRefusedForGoodAndNothingOfItStored() {
    assertThat(answer(1, "[" + Bed.GOOD + ",{]"))
        .startsWith(
            "{\"frame\":1,\"accepted\":0,\"rejected\":[],\"problem\":{"
                + "\"type\":\"urn:sluice:problem:frame-not-json\"");
    assertThat(bed.log.records).isEmpty();
  }

  @Test
  void frameThatTheLogDidNotStoreIsToBeSentAgain() {
    bed.log.failure = Problem.of(ProblemCode.LOG_UNAVAILABLE, "Kafka is away").toException();
    assertThat(answer(2, Bed.GOOD))
        .isEqualTo(
            "{\"frame\":2,\"retry\":true,\"code\":\"LOG_UNAVAILABLE\",\"detail\":\"Kafka is away\"}");
    bed.log.failure = new IllegalStateException("broken");
    assertThat(answer(2, Bed.GOOD)).contains("\"retry\":true").contains("broken");
    assertThat(bed.budget.used()).isZero();
  }

  @Test
  void frameForWhichThereIsNoRoomIsToBeSentAgain() {
    Answer answer =
        Objects.requireNonNull(
            bed.ingest.ingest(Bed.frame(5, Bed.GOOD), null, bed.threads.next()).block(SOON));
    assertThat(json(answer)).contains("\"frame\":5,\"retry\":true,\"code\":\"OVERLOADED\"");
    assertThat(bed.log.records).isEmpty();
    assertThat(
            bed.meters
                .get("sluice.buffer.dropped")
                .tag("buffer", "ingest")
                .functionCounter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void frameThatGrowsBeyondTheBudgetWhenDecodedIsToBeSentAgain() {
    try (Bed small = new Bed(200)) {
      Frame frame = Bed.frame(0, "[" + Bed.GOOD + "," + Bed.GOOD + "]");
      Answer answer =
          Objects.requireNonNull(
              small
                  .ingest
                  .ingest(frame, small.budget.tryReserve(frame.data().length), small.threads.next())
                  .block(SOON));
      assertThat(json(answer)).contains("OVERLOADED");
      assertThat(small.log.records).isEmpty();
      assertThat(small.budget.used()).isZero();
    }
  }

  @Test
  void unknownStreamIsAnError() {
    bed.drop("readings");
    StepVerifier.create(ingest(0, Bed.GOOD))
        .expectErrorSatisfies(
            error ->
                assertThat(((ProblemException) error).problem().code())
                    .isEqualTo(ProblemCode.STREAM_UNKNOWN))
        .verify(SOON);
    assertThat(bed.budget.used()).isZero();
  }

  @Test
  void frameOfADeviceThatHasGoneIsStoredAndItsRoomGivenBack() {
    bed.log.stall();
    Disposable device = ingest(0, Bed.GOOD).subscribe();
    device.dispose();
    await().until(() -> bed.log.heldAppends() == 1);
    assertThat(bed.budget.used()).isPositive();
    bed.log.resume();
    await().until(() -> bed.budget.used() == 0);
    assertThat(bed.log.records).hasSize(1);
  }

  @Test
  void framesOnOneThreadAreAppendedInTheirOrder() {
    Scheduler thread = bed.threads.next();
    Mono<?>[] frames = new Mono<?>[100];
    for (int i = 0; i < frames.length; i++) {
      Frame frame = Bed.frame(i, "{\"device\":\"" + i + "\"}");
      frames[i] = bed.ingest.ingest(frame, bed.budget.tryReserve(frame.data().length), thread);
    }
    Mono.when(frames).block(SOON);
    for (int i = 0; i < frames.length; i++) {
      assertThat(new String(Objects.requireNonNull(bed.log.records.get(i).key()), UTF_8))
          .isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void everyFrameAndEventIsCountedOnce() {
    answer(0, "[" + Bed.GOOD + "," + Bed.BAD + "]");
    answer(0, Bed.GOOD);
    answer(0, "nonsense");
    bed.log.failure = new IllegalStateException("broken");
    answer(0, Bed.GOOD);
    bed.drop("readings");
    StepVerifier.create(ingest(0, Bed.GOOD)).expectError().verify(SOON);
    assertThat(frames("stored")).isEqualTo(2);
    assertThat(frames("refused")).isEqualTo(1);
    assertThat(frames("retry")).isEqualTo(1);
    assertThat(frames("failed")).isEqualTo(1);
    assertThat(events("accepted")).isEqualTo(2);
    assertThat(events("rejected")).isEqualTo(1);
  }

  @Test
  void frameOfWhoIsAnsweredNothingIsStoredOrDroppedAndCounted() {
    forget(Bed.frame(0, Bed.GOOD), true);
    assertThat(bed.log.records).hasSize(1);
    forget(Bed.frame(0, Bed.GOOD), false);
    bed.log.failure = new IllegalStateException("broken");
    forget(Bed.frame(0, Bed.GOOD), true);
    bed.drop("readings");
    forget(Bed.frame(0, Bed.GOOD), true);
    assertThat(frames("stored")).isEqualTo(1);
    assertThat(frames("dropped")).isEqualTo(3);
    assertThat(frames("retry") + frames("failed") + frames("refused")).isZero();
    assertThat(
            bed.meters
                .get("sluice.buffer.dropped")
                .tag("buffer", "ingest")
                .functionCounter()
                .count())
        .isEqualTo(1);
    assertThat(bed.budget.used()).isZero();
  }

  private void forget(Frame frame, boolean withRoom) {
    bed.ingest
        .forget(
            frame,
            withRoom ? bed.budget.tryReserve(frame.data().length) : null,
            bed.threads.of("device"))
        .block(SOON);
  }

  private double frames(String outcome) {
    return bed.meters.get("sluice.hop." + outcome).functionCounter().count();
  }

  private double events(String outcome) {
    return bed.meters.get("sluice.hop." + outcome).functionCounter().count();
  }

  private Mono<Answer> ingest(long number, String json) {
    Frame frame = Bed.frame(number, json);
    return bed.ingest.ingest(frame, bed.budget.tryReserve(frame.data().length), bed.threads.next());
  }

  private String answer(long number, String json) {
    return json(Objects.requireNonNull(ingest(number, json).block(SOON)));
  }

  private static String json(Answer answer) {
    answer.hold().letGo();
    return new String(answer.json(), UTF_8);
  }
}
