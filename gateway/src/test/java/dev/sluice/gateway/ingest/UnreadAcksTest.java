package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.frame.FrameLengthCodec;
import io.rsocket.frame.PayloadFrameCodec;
import io.rsocket.frame.RequestChannelFrameCodec;
import io.rsocket.frame.SetupFrameCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.util.DefaultPayload;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * A device that never reads its acks, each of which is a hundred times its frame: it is asked for
 * no more, then cut off, and nothing of it stays.
 */
class UnreadAcksTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int ACK_BYTES = 1 << 20;

  /** Half a megabyte of ack. */
  private static final byte[] FRAME = ("[" + "{},".repeat(5_000) + "{}]").getBytes(UTF_8);

  private static final RunningGateway GATEWAY =
      RunningGateway.start(
          "sluice.ingest.ack-bytes=1MB",
          "sluice.ingest.ack-timeout=1s",
          "sluice.connections.stalled-timeout=1s");
  private static final String STREAM = "unread_acks";

  static {
    GATEWAY.declare(
        STREAM,
        """
        {"fields": [{"name": "device", "type": "STRING"}], "key": "device", "partitions": 1}
        """);
  }

  private final IngestBudget budget = GATEWAY.bean(IngestBudget.class);
  private final FrameCredit credit = GATEWAY.bean(FrameCredit.class);

  @AfterAll
  static void close() {
    GATEWAY.close();
  }

  @Test
  void overAWebSocketItIsCutOffAndItsConnectionEnds() throws Exception {
    long before = cutOff();
    try (Socket device = socket(GATEWAY.http().getPort())) {
      device
          .getOutputStream()
          .write(
              ("GET /v1/streams/"
                      + STREAM
                      + "/events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                      + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                      + "Sec-WebSocket-Version: 13\r\n\r\n")
                  .getBytes(UTF_8));
      assertThat(device.getInputStream().readNBytes(12)).asString(UTF_8).isEqualTo("HTTP/1.1 101");
      sendAsLongAsItGoes(device, webSocketMessage(FRAME));
      await().atMost(SOON).until(() -> cutOff() > before);
      assertEnds(device);
    }
    assertNothingStays();
  }

  @Test
  void overRSocketItIsCutOffAndItsConnectionEnds() throws Exception {
    long before = cutOff();
    try (Socket device = socket(GATEWAY.rsocketPort())) {
      device.getOutputStream().write(setup());
      device.getOutputStream().write(channel(Integer.MAX_VALUE));
      long stalled = stalled();
      for (int i = 0; i < 12 && cutOff() == before; i++) {
        awaitGrantOrEnd(before);
        write(device, next());
      }
      await().atMost(SOON).until(() -> cutOff() > before && stalled() > stalled);
      assertEnds(device);
    }
    assertNothingStays();
  }

  @Test
  void whoAsksForNoAckOverRSocketIsToldThatItIsCutOff() throws Exception {
    long before = cutOff();
    try (Socket device = socket(GATEWAY.rsocketPort())) {
      device.getOutputStream().write(setup());
      device.getOutputStream().write(channel(1));
      for (int i = 0; i < 12 && cutOff() == before; i++) {
        awaitGrantOrEnd(before);
        write(device, next());
      }
      assertThat(readUntil(device, "ACKS_UNREAD")).isTrue();
    }
    assertNothingStays();
  }

  @Test
  void theAcksAreSeenInTheFlow() {
    try (Http.Connection flow =
        Http.open(GATEWAY.http(), "GET /v1/flow HTTP/1.1", "Host: localhost")) {
      assertThat(flow.readUntil("ack-bytes")).contains("ack-bytes");
    }
  }

  // ---- the device ----

  private static Socket socket(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 << 10);
    socket.setSoTimeout((int) SOON.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  /** On a thread of its own, as the gateway stops reading. */
  private static void sendAsLongAsItGoes(Socket device, byte[] message) {
    Thread sending =
        new Thread(
            () -> {
              while (write(device, message)) {}
            });
    sending.setDaemon(true);
    sending.start();
  }

  /** Whether the connection is still there. */
  private static boolean write(Socket device, byte[] bytes) {
    try {
      device.getOutputStream().write(bytes);
      return true;
    } catch (IOException ended) {
      return false;
    }
  }

  /** One that is masked by zeros. */
  private static byte[] webSocketMessage(byte[] frame) {
    return ByteBuffer.allocate(8 + frame.length)
        .put((byte) 0x82)
        .put((byte) (0x80 | 126))
        .putShort((short) frame.length)
        .putInt(0)
        .put(frame)
        .array();
  }

  private static byte[] setup() {
    Payload nothing = DefaultPayload.create("");
    return framed(
        SetupFrameCodec.encode(
            ByteBufAllocator.DEFAULT,
            false,
            30_000,
            600_000,
            WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString(),
            "application/json",
            nothing));
  }

  private static byte[] channel(int requests) {
    Payload first = Transport.routed("streams." + STREAM + ".events", FRAME);
    return framed(
        RequestChannelFrameCodec.encodeReleasingPayload(
            ByteBufAllocator.DEFAULT, 1, false, requests, first));
  }

  private static byte[] next() {
    return framed(
        PayloadFrameCodec.encode(
            ByteBufAllocator.DEFAULT, 1, false, false, true, null, Unpooled.wrappedBuffer(FRAME)));
  }

  private static byte[] framed(ByteBuf frame) {
    ByteBuf whole = FrameLengthCodec.encode(ByteBufAllocator.DEFAULT, frame.readableBytes(), frame);
    try {
      return ByteBufUtil.getBytes(whole);
    } finally {
      whole.release();
    }
  }

  // ---- what is seen of it ----

  private void awaitGrantOrEnd(long before) {
    Hop door = credit.describe(new Hop(Stage.DOORS_IN, Doors.RSOCKET));
    await()
        .atMost(SOON)
        .until(
            () ->
                Objects.requireNonNull(door.states().get("granted")).getAsLong() > 0
                    || cutOff() > before);
  }

  private long cutOff() {
    return credit.ackBytes().dropped().count().getAsLong();
  }

  private static long stalled() {
    return GATEWAY.bean(Flow.class).hops().stream()
        .filter(hop -> hop.label().equals(Label.of(Stage.DOORS_IN, "connections")))
        .mapToLong(hop -> Objects.requireNonNull(hop.counts().get("stalled")).sum())
        .sum();
  }

  private static void assertEnds(Socket device) throws IOException {
    byte[] bytes = new byte[4 << 10];
    int read = 0;
    try {
      InputStream in = device.getInputStream();
      for (int n = 0; n >= 0; n = in.read(bytes)) {
        read += n;
      }
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    assertThat(read).isLessThan(2 * ACK_BYTES);
  }

  private static boolean readUntil(Socket device, String word) throws IOException {
    StringBuilder tail = new StringBuilder();
    byte[] bytes = new byte[4 << 10];
    for (int n = 0; n >= 0; n = device.getInputStream().read(bytes)) {
      tail.append(new String(bytes, 0, n, UTF_8));
      if (tail.indexOf(word) >= 0) {
        return true;
      }
      tail.delete(0, Math.max(0, tail.length() - word.length()));
    }
    return false;
  }

  private void assertNothingStays() {
    await().atMost(SOON).until(() -> budget.used() == 0);
    await().atMost(SOON).until(() -> credit.ackBytes().room().fill().getAsLong() == 0);
    assertThat(
            Http.send(
                    "POST",
                    GATEWAY.http("/v1/streams/" + STREAM + "/events"),
                    "[{\"device\":\"a\"}]",
                    "Content-Type",
                    "application/json")
                .statusCode())
        .isEqualTo(200);
  }
}
