package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Format;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;

class WriterTurnsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private final EventLoopGroup loops = new DefaultEventLoopGroup(1);

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  @Test
  void writerWaitsOnceHoweverOftenItHasSomethingToSay() throws InterruptedException {
    LocalChannel channel = new LocalChannel();
    loops.register(channel).sync();
    WriterTurns turns = WriterTurns.of(channel.eventLoop());
    TestPublisher<QueryEvent> events = TestPublisher.create();
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    channel.eventLoop().execute(() -> hold(busy, free));
    assertThat(busy.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

    Outflow out = new Outflow(new Flow(new SimpleMeterRegistry()));
    Mono<Void> written = EventWriter.write(events, channel, Format.SSE, false, out.by(Face.SSE));
    Mono<Void> end = written.cache();
    end.subscribe();
    EventWriter writer = channel.pipeline().get(EventWriter.class);
    for (int i = 0; i < 100; i++) {
      turns.add(writer);
    }
    assertThat(turns.waiting()).isEqualTo(1);

    free.countDown();
    events.complete();
    end.block(SOON);
    assertThat(turns.waiting()).isZero();
  }

  private static void hold(CountDownLatch busy, CountDownLatch free) {
    busy.countDown();
    try {
      free.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
