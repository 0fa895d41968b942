package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

class SubscriberTest {
  private static final int CAPACITY = 4 << 10;

  private final List<QueryEvent> received = new ArrayList<>();
  private final AtomicInteger room = new AtomicInteger();
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
  private final Subscriber subscriber =
      new Subscriber(
          Format.NDJSON,
          new RowEncoder(List.of("n")),
          Long.MIN_VALUE,
          Long.MAX_VALUE,
          CAPACITY,
          new BufferMeters(new SimpleMeterRegistry()),
          reader,
          told -> room.incrementAndGet(),
          gone -> {});

  SubscriberTest() {
    subscriber.opened();
  }

  private static RowChunk chunk(int rows) {
    Column[] columns = {new LongColumn(FieldType.LONG, new long[rows], null)};
    return new RowChunk(Kind.ROW, columns, rows, Long.MAX_VALUE, null);
  }

  /** A chunk that takes more than half of the buffer. */
  private static RowChunk large() {
    return chunk(200);
  }

  @Test
  void roomIsToldAlsoWhereTheBufferWasFilledWhileItWasEmptied() {
    onFirst = () -> subscriber.offer(large());
    subscriber.offer(chunk(1));
    assertThat(subscriber.hasRoom()).isTrue();

    reader.request(2);

    assertThat(received).hasSize(2);
    assertThat(subscriber.hasRoom()).isTrue();
    assertThat(room).hasPositiveValue();
  }

  @Test
  void whoOffersOnlyWhereThereIsRoomLosesNothing() {
    int offered = 0;
    for (int size : new int[] {1, 80, 500, 3, 200, 50, 1_000, 1}) {
      if (!subscriber.hasRoom()) {
        reader.requestUnbounded();
      }
      subscriber.offer(chunk(size));
      offered += size;
    }
    reader.requestUnbounded();

    assertThat(received).noneMatch(event -> event.kind() == Kind.GAP);
    assertThat(received.stream().mapToInt(QueryEvent::rows).sum()).isEqualTo(offered);
  }

  @Test
  void whatIsDroppedIsCountedInAGapBeforeTheNextRow() {
    for (int i = 0; i < 5; i++) {
      subscriber.offer(chunk(100));
    }
    subscriber.end(Notice.gap(0));
    reader.requestUnbounded();

    assertThat(received.get(0).kind()).isEqualTo(Kind.GAP);
    int rows = received.stream().mapToInt(QueryEvent::rows).sum();
    assertThat(new String(received.get(0).encoded(Format.JSON)))
        .startsWith("{\"rows\":" + (500 - rows));
  }
}
