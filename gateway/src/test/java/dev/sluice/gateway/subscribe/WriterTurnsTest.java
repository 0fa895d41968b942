package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Format;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.handler.codec.http.HttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;

class WriterTurnsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
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

  @Test
  void lastEventIsWrittenBeforeTheEndThatWasSaidBeforeItsTurn() throws InterruptedException {
    LocalChannel channel = new LocalChannel();
    List<String> writes = new CopyOnWriteArrayList<>();
    channel.pipeline().addLast(new Written(writes));
    loops.register(channel).sync();
    // Asked for nothing yet: the loop is busy.
    TestPublisher<QueryEvent> events =
        TestPublisher.createNoncompliant(TestPublisher.Violation.REQUEST_OVERFLOW);
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    channel.eventLoop().execute(() -> hold(busy, free));
    assertThat(busy.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

    Outflow out = new Outflow(new Flow(new SimpleMeterRegistry()));
    Mono<Void> written = EventWriter.write(events, channel, Format.SSE, false, out.by(Face.SSE));
    Mono<List<String>> atTheEnd =
        written.then(Mono.fromSupplier(() -> List.copyOf(writes))).cache();
    atTheEnd.subscribe();
    QueryEvent last = QueryEvent.over();
    events.next(last);
    events.complete();
    free.countDown();

    assertThat(atTheEnd.block(SOON))
        .containsExactly(new String(last.encoded(Format.SSE), StandardCharsets.UTF_8));
  }

  @Test
  void loopTurnsToItsConnectionsBeforeAllHaveHadTheirTurn() throws InterruptedException {
    EventLoopGroup local = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    int writers = 2 * WriterTurns.PORTION + 1;
    List<String> writes = new CopyOnWriteArrayList<>();
    List<LocalChannel> channels = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      LocalChannel channel = new LocalChannel();
      channel.pipeline().addLast(new Written(writes));
      local.register(channel).sync();
      channels.add(channel);
    }
    SingleThreadEventLoop loop = (SingleThreadEventLoop) channels.get(0).eventLoop();
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    loop.execute(() -> hold(busy, free));
    assertThat(busy.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

    Outflow out = new Outflow(new Flow(new SimpleMeterRegistry()));
    List<Mono<Void>> ends = new ArrayList<>();
    for (LocalChannel channel : channels) {
      Flux<QueryEvent> event = Flux.just(QueryEvent.over());
      Mono<Void> end =
          EventWriter.<Void>write(event, channel, Format.SSE, false, out.by(Face.SSE)).cache();
      end.subscribe();
      ends.add(end);
    }
    CompletableFuture<Integer> whenItReads = new CompletableFuture<>();
    loop.executeAfterEventLoopIteration(() -> whenItReads.complete(writes.size()));
    free.countDown();

    assertThat(whenItReads)
        .succeedsWithin(SOON)
        .asInstanceOf(InstanceOfAssertFactories.INTEGER)
        .isLessThanOrEqualTo(WriterTurns.PORTION);
    Mono.when(ends).block(SOON);
    assertThat(writes).hasSize(writers);
    local.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  /** Keeps the bodies that are written. */
  private static final class Written extends ChannelOutboundHandlerAdapter {
    private final List<String> writes;

    Written(List<String> writes) {
      this.writes = writes;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      HttpContent content = (HttpContent) message;
      writes.add(content.content().toString(StandardCharsets.UTF_8));
      content.release();
      promise.setSuccess();
    }
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
