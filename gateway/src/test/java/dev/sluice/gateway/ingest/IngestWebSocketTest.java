package dev.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;
import static org.springframework.web.reactive.function.server.RouterFunctions.toHttpHandler;

import dev.sluice.gateway.http.Stopping;
import dev.sluice.gateway.ingest.FrameCredit.UnreadAcks;
import dev.sluice.gateway.quota.TestQuotas;
import dev.sluice.gateway.security.Expiry;
import dev.sluice.gateway.security.Known;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Demand over real WebSockets, before a log that is held up at will. */
class IngestWebSocketTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int BUDGET = 16 * Bed.FRAME_BYTES;
  private static final int GRANTS = 4;
  private static final int UNREAD = 8;
  private static final String FRAME = Bed.GOOD + " ".repeat(Bed.FRAME_BYTES - Bed.GOOD.length());

  private final Bed bed = new Bed(BUDGET);
  private final FrameCredit credit =
      bed.credit(8L * Bed.FRAME_BYTES, GRANTS, new UnreadAcks(1 << 20, Duration.ofSeconds(30)));
  private final Stopping stopping = new Stopping();
  private final IngestWebSocket door =
      new IngestWebSocket(
          bed.ingest,
          new FrameChannels(bed.ingest, credit, bed.threads, UNREAD, bed.presence),
          TestQuotas.none(),
          Bed.FRAME_BYTES,
          Duration.ofSeconds(30),
          stopping,
          new Expiry(Clock.systemUTC()));
  private final DisposableServer server =
      HttpServer.create()
          .host("127.0.0.1")
          .port(0)
          .handle(
              new ReactorHttpHandlerAdapter(
                  toHttpHandler(route(GET("/{stream}"), door::open).filter(Known.asAnyone()))))
          .bindNow(SOON);
  private final URI events = URI.create("http://127.0.0.1:" + server.port() + "/readings");

  @AfterEach
  void close() {
    server.disposeNow();
    bed.close();
  }

  @Test
  void stalledLogLeavesADeviceWithoutCreditAndNothingIsLostWhenItIsBack() {
    bed.log.stall();
    try (WebSocketDevice device =
        WebSocketDevice.connect(events, "Sec-WebSocket-Protocol", IngestWebSocket.CREDITED)) {
      long[] sent = {0};
      soon()
          .during(Duration.ofMillis(300))
          .until(
              () -> {
                long before = sent[0];
                for (; sent[0] < device.told(); sent[0]++) {
                  device.send(FRAME);
                }
                assertThat(bed.budget.used()).isLessThanOrEqualTo(BUDGET);
                return before == sent[0];
              });
      assertThat(sent[0]).isBetween(1L, (long) UNREAD);
      bed.log.resume();
      soon()
          .until(
              () -> {
                for (; sent[0] < Math.min(50, device.told()); sent[0]++) {
                  device.send(FRAME);
                }
                return device.acks().size() == 50;
              });
      assertThat(device.acks()).allMatch(ack -> ack.contains("\"accepted\":1"));
      assertThat(bed.log.records).hasSize(50);
    }
  }

  @Test
  void stalledLogHasOthersNotRead() {
    bed.log.stall();
    try (WebSocketDevice device = WebSocketDevice.connect(events)) {
      List<CompletableFuture<?>> sent = new ArrayList<>();
      CompletableFuture<?> last = CompletableFuture.completedFuture(null);
      for (int i = 0; i < 200; i++) {
        last = last.thenCompose(before -> device.socket().sendText(FRAME, true));
        sent.add(last);
      }
      soon().until(() -> bed.log.heldAppends() > 0);
      soon()
          .during(Duration.ofMillis(300))
          .until(() -> bed.log.heldAppends() <= UNREAD && bed.budget.used() <= BUDGET);
      assertThat(device.messages).isEmpty();
      bed.log.resume();
      soon().until(() -> device.acks().size() == 200);
      last.orTimeout(60, TimeUnit.SECONDS).join();
      assertThat(device.acks()).allMatch(ack -> ack.contains("\"accepted\":1"));
    }
    soon().until(() -> bed.budget.used() == 0);
  }

  @Test
  void acksComeInTheOrderOfTheFramesWhateverTheOrderOfTheLog() {
    try (WebSocketDevice device = WebSocketDevice.connect(events)) {
      // So that it is granted ahead.
      for (int i = 0; i < 20; i++) {
        device.send(Bed.GOOD);
      }
      device.message(20);
      bed.log.stall();
      for (int i = 0; i < 4; i++) {
        device.send(Bed.GOOD);
      }
      soon().until(() -> bed.log.heldAppends() == 4);
      while (bed.log.heldAppends() > 0) {
        bed.log.answerNewest();
      }
      device.message(24);
      for (int i = 0; i < 24; i++) {
        assertThat(device.messages.get(i))
            .isEqualTo("{\"frame\":" + i + ",\"accepted\":1,\"rejected\":[]}");
      }
    }
  }

  @Test
  void deviceThatGoesGivesBackItsRoomAndItsFramesAreStored() {
    bed.log.stall();
    WebSocketDevice device = WebSocketDevice.connect(events);
    device.send(Bed.GOOD);
    soon().until(() -> bed.log.heldAppends() == 1);
    device.close();
    bed.log.resume();
    soon().until(() -> bed.budget.used() == 0);
    assertThat(bed.log.records).hasSize(1);
  }

  @Test
  void stoppingGatewaySaysSo() {
    stopping.start();
    try (WebSocketDevice device = WebSocketDevice.connect(events)) {
      device.send(Bed.GOOD);
      device.message(1);
      stopping.stop();
      assertThat(device.closing()).startsWith("1001 ");
    }
  }

  private static org.awaitility.core.ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).atMost(SOON);
  }
}
