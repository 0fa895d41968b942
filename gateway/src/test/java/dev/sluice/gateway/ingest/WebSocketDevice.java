package dev.sluice.gateway.ingest;

import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.AsyncApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A device on the JDK's own WebSocket. */
public final class WebSocketDevice implements WebSocket.Listener, AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  final List<String> messages = new CopyOnWriteArrayList<>();
  final List<String> pongs = new CopyOnWriteArrayList<>();
  final CompletableFuture<String> closed = new CompletableFuture<>();
  private final StringBuilder part = new StringBuilder();
  private final boolean reads;
  private @Nullable WebSocket socket;

  private WebSocketDevice(boolean reads) {
    this.reads = reads;
  }

  /** Connected; headers are names and values in turn, {@code Sec-WebSocket-Protocol} among them. */
  public static WebSocketDevice connect(URI events, String... headers) {
    return connect(events, true, headers);
  }

  /** One that reads nothing that it is sent. */
  static WebSocketDevice connectDeaf(URI events, String... headers) {
    return connect(events, false, headers);
  }

  private static WebSocketDevice connect(URI events, boolean reads, String... headers) {
    WebSocket.Builder builder = CLIENT.newWebSocketBuilder().connectTimeout(SOON);
    for (int i = 0; i < headers.length; i += 2) {
      if (headers[i].equals("Sec-WebSocket-Protocol")) {
        builder.subprotocols(headers[i + 1]);
      } else {
        builder.header(headers[i], headers[i + 1]);
      }
    }
    WebSocketDevice device = new WebSocketDevice(reads);
    URI uri = URI.create(events.toString().replaceFirst("^http", "ws"));
    device.socket = builder.buildAsync(uri, device).orTimeout(60, TimeUnit.SECONDS).join();
    return device;
  }

  @Override
  public void onOpen(WebSocket opened) {
    if (reads) {
      opened.request(1);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      messages.add(part.toString());
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
    pongs.add(StandardCharsets.UTF_8.decode(message).toString());
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code + " " + reason);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.completeExceptionally(error);
  }

  WebSocket socket() {
    return Objects.requireNonNull(socket);
  }

  public void send(String frame) {
    socket().sendText(frame, true).orTimeout(60, TimeUnit.SECONDS).join();
  }

  void sendBinary(byte[] frame) {
    socket().sendBinary(ByteBuffer.wrap(frame), true).orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** Waits for so many messages; the last of them. */
  public String message(int count) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(SOON)
        .until(() -> messages.size() >= count || closed.isDone());
    return messages.get(count - 1);
  }

  /** How many frames the device was told that it may send, in all. */
  long told() {
    return messages.stream().mapToLong(message -> json(message).path("credit").asLong(0)).sum();
  }

  /** Acks without the credit that came with them. */
  public List<String> acks() {
    return messages.stream()
        .filter(message -> message.startsWith("{\"frame\":"))
        .map(message -> message.replaceFirst(",\"credit\":\\d+}$", "}"))
        .toList();
  }

  private static JsonNode json(String message) {
    return JsonMapper.shared().readTree(message);
  }

  /** {@code code reason} of the close. */
  String closing() {
    return closed.orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** Ends the connection. Everything that was told is as asyncapi.yaml says. */
  @Override
  public void close() {
    socket().abort();
    messages.forEach(message -> AsyncApi.hold(message, "WebSocketAck", "Credit", "Problem"));
  }
}
