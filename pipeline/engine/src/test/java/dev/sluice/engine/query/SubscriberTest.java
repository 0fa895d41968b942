package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.query.Conflation.Held;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.query.Subscriber.Wants;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.InWindow;
import dev.sluice.engine.resume.ResumeToken.Question;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SubscriberTest {
  private static final int CAPACITY = 4 << 10;
  private static final TokenCodec CODEC = new TokenCodec(new byte[32]);
  private static final Tokens TOKENS = new Tokens(CODEC, new Question(1, 1, Long.MAX_VALUE, false));

  private final List<QueryEvent> received = new ArrayList<>();
  private final AtomicInteger room = new AtomicInteger();
  private final AtomicInteger gone = new AtomicInteger();
  private final AtomicLong outbound = new AtomicLong();
  private Runnable onFirst = () -> {};
  private final BaseSubscriber<QueryEvent> reader =
      new BaseSubscriber<>() {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(QueryEvent event) {
          received.add(event);
          if (received.size() == 1) {
            onFirst.run();
          }
        }
      };
  private final Conflation rows = new Conflation();
  private final Conflation early = new Conflation();
  private long burst;
  private long offered;

  private Subscriber subscriber(Overflow overflow) {
    return subscriber(overflow, Tokens.NO_LIMIT);
  }

  private Subscriber subscriber(Overflow overflow, long limit) {
    Wants wants =
        new Wants(
            Format.NDJSON, new RowEncoder(List.of("n")), overflow, outbound::get, null, limit, 0);
    Subscriber made =
        new Subscriber(
            wants,
            TOKENS,
            CAPACITY,
            new BufferMeters(new Flow(new SimpleMeterRegistry())),
            reader,
            told -> room.incrementAndGet(),
            told -> gone.incrementAndGet());
    made.opened();
    return made;
  }

  /** The next rows of the window, numbered on. */
  private RowChunk chunk(int rows) {
    long[] numbers = LongStream.range(offered, offered + rows).toArray();
    Column[] columns = {new LongColumn(FieldType.LONG, numbers, null)};
    Places places = new Places.Windowed(0, offered);
    offered += rows;
    return new RowChunk(Kind.ROW, columns, columns, rows, 0, null, places, TOKENS);
  }

  /** Early rows of these groups, that take back what was shown of them. */
  private static RowChunk takenBack(long window, long... numbers) {
    long[] marked = Bitmap.none(numbers.length);
    for (int row = 0; row < numbers.length; row++) {
      Bitmap.set(marked, row);
    }
    return groups(Kind.UPDATE, window, marked, numbers);
  }

  /** A row of each of these groups. */
  private static RowChunk groups(Kind kind, long window, long... numbers) {
    return groups(kind, window, null, numbers);
  }

  private static RowChunk groups(
      Kind kind, long window, long @Nullable [] marked, long... numbers) {
    Column[] columns = {new LongColumn(FieldType.LONG, numbers, null)};
    Place place = new InWindow(window, 0);
    Places places =
        kind == Kind.ROW ? new Places.Windowed(window, 0) : new Places.Early(place, window);
    return new RowChunk(kind, columns, columns, numbers.length, window, marked, places, TOKENS);
  }

  private void offer(Subscriber to, RowChunk chunk) {
    to.offer(chunk, offered(chunk), burst++);
  }

  private Held offered(RowChunk chunk) {
    return (chunk.kind() == Kind.ROW ? rows : early).hold(chunk);
  }

  /** A chunk that takes more than half of the buffer. */
  private RowChunk large() {
    return chunk(200);
  }

  private List<Long> numbers(Kind kind) {
    return received.stream()
        .filter(event -> event.kind() == kind)
        .flatMap(event -> text(event).lines())
        .map(line -> JsonMapper.shared().readTree(line).iterator().next().path("n").asLong())
        .toList();
  }

  private static String text(QueryEvent event) {
    return new String(event.encoded(Format.NDJSON), StandardCharsets.UTF_8);
  }

  @Test
  void roomIsToldAlsoWhereTheBufferWasFilledWhileItWasEmptied() {
    Subscriber subscriber = subscriber(Overflow.DROP_OLDEST);
    onFirst = () -> offer(subscriber, large());
    offer(subscriber, chunk(1));
    assertThat(subscriber.hasRoom()).isTrue();

    reader.request(2);

    assertThat(received).hasSize(2);
    assertThat(subscriber.hasRoom()).isTrue();
    assertThat(room).hasPositiveValue();
  }

  @Test
  void whoOffersOnlyWhereThereIsRoomLosesNothing() {
    Subscriber subscriber = subscriber(Overflow.DROP_OLDEST);
    int sent = 0;
    for (int size : new int[] {1, 80, 500, 3, 200, 50, 1_000, 1}) {
      if (!subscriber.hasRoom()) {
        reader.requestUnbounded();
      }
      offer(subscriber, chunk(size));
      sent += size;
    }
    reader.requestUnbounded();

    assertThat(received).noneMatch(event -> event.kind() == Kind.GAP);
    assertThat(received.stream().mapToInt(QueryEvent::rows).sum()).isEqualTo(sent);
  }

  @Test
  void whatIsDroppedIsCountedInAGapBeforeTheNextRow() {
    Subscriber subscriber = subscriber(Overflow.DROP_OLDEST);
    for (int i = 0; i < 5; i++) {
      offer(subscriber, chunk(100));
    }
    subscriber.end(Notice.gap(0));
    reader.requestUnbounded();

    assertThat(received.get(0).kind()).isEqualTo(Kind.GAP);
    int rows = received.stream().mapToInt(QueryEvent::rows).sum();
    assertThat(new String(received.get(0).encoded(Format.JSON), StandardCharsets.UTF_8))
        .startsWith("{\"rows\":" + (500 - rows));
    assertThat(placeOf(received.get(0))).isEqualTo(new InWindow(0, 500 - rows));
  }

  @Test
  void bufferThatIsFullEndsTheStreamWhereItsReaderWas() {
    Subscriber lossless = subscriber(Overflow.BUFFER);
    reader.request(1);
    for (int i = 0; i < 10; i++) {
      offer(lossless, chunk(100));
    }
    assertThat(gone).as("the query does not hold it any more").hasValue(1);
    assertThat(lossless.hasRoom()).as("nor its rows").isTrue();

    reader.requestUnbounded();

    assertThat(received).extracting(QueryEvent::kind).containsExactly(Kind.ROW, Kind.ERROR);
    assertThat(text(received.get(1))).contains("\"code\":\"SLOW_SUBSCRIBER\"");
    assertThat(placeOf(received.get(1))).isEqualTo(new InWindow(0, 100));
  }

  @Test
  void whatWaitsInTheConnectionCountsToo() {
    Subscriber lossless = subscriber(Overflow.BUFFER);
    offer(lossless, large());
    offer(lossless, chunk(1));
    assertThat(gone).hasValue(0);

    outbound.set(CAPACITY);
    offer(lossless, chunk(1));

    assertThat(gone).hasValue(1);
  }

  @Test
  void oneBatchIsTakenAsAWhole() {
    Subscriber lossless = subscriber(Overflow.BUFFER);
    for (int i = 0; i < 10; i++) {
      RowChunk chunk = chunk(100);
      lossless.offer(chunk, offered(chunk), 7);
    }
    reader.requestUnbounded();

    assertThat(numbers(Kind.ROW)).hasSize(1_000);
  }

  @Test
  void conflationKeepsTheNewestRowOfEachGroupAndCountsTheOthers() {
    Subscriber conflating = subscriber(Overflow.CONFLATE);
    for (int window = 0; window < 1_000; window++) {
      offer(conflating, groups(Kind.ROW, window, window % 3, 3, 4, 5, 6));
    }
    assertThat(conflating.hasRoom()).isTrue();

    reader.requestUnbounded();

    assertThat(numbers(Kind.ROW)).containsExactly(1L, 2L, 0L, 3L, 4L, 5L, 6L);
    JsonNode gap = JsonMapper.shared().readTree(text(received.get(0))).path("gap");
    assertThat(gap.path("rows").asLong()).isEqualTo(5_000 - 7);
  }

  @Test
  void earlyRowsAreConflatedByWindowAndGroupAndNoneIsALoss() {
    Subscriber lossless = subscriber(Overflow.BUFFER);
    for (int i = 0; i < 1_000; i++) {
      offer(lossless, groups(Kind.UPDATE, 10, 1, 2));
      offer(lossless, groups(Kind.UPDATE, 20, 2));
    }
    reader.requestUnbounded();

    assertThat(numbers(Kind.UPDATE)).containsExactly(1L, 2L, 2L);
    assertThat(received).noneMatch(event -> event.kind() == Kind.GAP);
  }

  @Test
  void earlyRowsGiveWayToTheFinalRowsOfTheirGroups() {
    Subscriber conflating = subscriber(Overflow.CONFLATE);
    for (int window = 0; window < 1_000; window++) {
      offer(conflating, groups(Kind.UPDATE, window, 1, 2));
      RowChunk finals = groups(Kind.ROW, window, 2);
      early.settle(finals);
      offer(conflating, finals);
      RowChunk back = takenBack(window, 1);
      early.settle(back);
      offer(conflating, back);
    }
    assertThat(conflating.status().fill()).isLessThan(CAPACITY);

    reader.requestUnbounded();

    assertThat(numbers(Kind.UPDATE)).isEmpty();
    assertThat(numbers(Kind.ROW)).containsExactly(2L);
  }

  @Test
  void whatWasShownIsTakenBack() {
    Subscriber conflating = subscriber(Overflow.CONFLATE);
    reader.request(1);
    offer(conflating, groups(Kind.UPDATE, 1, 1, 2));
    offer(conflating, takenBack(1, 1));
    offer(conflating, takenBack(2, 1));
    reader.requestUnbounded();

    assertThat(received).extracting(QueryEvent::rows).containsExactly(2, 1);
    assertThat(text(received.get(1))).contains("\"deleted\":true");
  }

  @Test
  void whoHasALimitKeepsTheNewestOfWhatItMayHave() {
    Subscriber limited = subscriber(Overflow.CONFLATE, 3);
    Subscriber other = subscriber(Overflow.CONFLATE);
    for (int window = 0; window < 10; window++) {
      RowChunk chunk = groups(Kind.ROW, window, 7);
      Held held = offered(chunk);
      limited.offer(chunk, held, window);
      other.offer(chunk, held, window);
    }
    other.cancel();
    reader.requestUnbounded();

    assertThat(numbers(Kind.ROW)).containsExactly(7L);
    assertThat(text(received.get(0))).contains("{\"rows\":2,");
  }

  @Test
  void whoHasHadMoreThanTheOthersGetsTheNewestOfTheRest() {
    Subscriber ahead = subscriber(Overflow.CONFLATE);
    ahead.skipTo(new InWindow(3, 2));
    for (int window = 0; window < 5; window++) {
      offer(ahead, groups(Kind.UPDATE, window, 1, 2, 3));
      offer(ahead, groups(Kind.ROW, window, 1, 2, 3));
    }
    reader.requestUnbounded();

    assertThat(numbers(Kind.ROW)).containsExactly(1L, 2L, 3L);
    assertThat(text(received.get(0))).contains("{\"rows\":1,");
  }

  @Test
  void whoIsOfferedOtherRowsThanTheOthersKeepsItsOwn() {
    Subscriber moving = subscriber(Overflow.CONFLATE);
    Conflation elsewhere = new Conflation();
    for (int i = 0; i < 100; i++) {
      moving.offer(groups(Kind.ROW, i, 1, 2), elsewhere.hold(groups(Kind.ROW, i, 1, 2)), i);
    }
    for (int i = 100; i < 200; i++) {
      offer(moving, groups(Kind.ROW, i, 2, 3));
    }
    offered(groups(Kind.ROW, 200, 3)).take();
    reader.requestUnbounded();

    assertThat(numbers(Kind.ROW)).containsExactly(1L, 2L, 3L);
    assertThat(text(received.get(0))).contains("{\"rows\":397,");
  }

  @Test
  void whoReadsInTimeGetsEveryRowWhateverItsPolicy() {
    Subscriber conflating = subscriber(Overflow.CONFLATE);
    reader.requestUnbounded();
    for (int window = 0; window < 100; window++) {
      offer(conflating, groups(Kind.ROW, window, 1, 2));
    }

    assertThat(numbers(Kind.ROW)).hasSize(200);
  }

  private static Place placeOf(QueryEvent event) {
    JsonNode line = JsonMapper.shared().readTree(text(event));
    return CODEC.read(line.path("id").asString()).place();
  }
}
