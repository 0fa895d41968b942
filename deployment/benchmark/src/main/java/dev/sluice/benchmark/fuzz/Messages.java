package dev.sluice.benchmark.fuzz;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Frames over WebSocket, each on the connection of those before it as long as that is kept. */
final class Messages implements Door {
  private static final long WITHIN_SECONDS = 60;

  private final HttpClient client;
  private final String base;
  private @Nullable Connection connection;

  /**
   * @param base {@code ws://host:port}
   */
  Messages(HttpClient client, String base) {
    this.client = client;
    this.base = base;
  }

  @Override
  public Answer send(Mutator mutator) throws Exception {
    String type = FramesOverHttp.type(mutator);
    byte[] frame = FramesOverHttp.frame(mutator, type);
    String what = type + " " + Answer.text(frame);
    Connection to;
    try {
      to = connection(type);
      (mutator.oneIn(2)
              ? to.socket.sendText(Answer.text(frame), true)
              : to.socket.sendBinary(ByteBuffer.wrap(frame), true))
          .get(WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      close();
      return e.getCause() instanceof WebSocketHandshakeException refused
          ? Answer.of(refused.getResponse().statusCode(), "", what)
          : Answer.of("", what);
    }
    String answer = to.answers.poll(WITHIN_SECONDS, TimeUnit.SECONDS);
    if (answer == null) {
      close();
      throw new NoAnswer(what, new TimeoutException("WebSocket"));
    }
    if (to.closed) {
      close();
    }
    return Answer.of(answer, what);
  }

  private Connection connection(String type) throws Exception {
    Connection open = connection;
    if (open != null && open.type.equals(type) && !open.closed) {
      return open;
    }
    close();
    Connection fresh = new Connection(type);
    fresh.socket =
        client
            .newWebSocketBuilder()
            .buildAsync(
                URI.create(base + "/v1/streams/" + Valid.STREAM + "/events?type=" + plain(type)),
                fresh)
            .get(WITHIN_SECONDS, TimeUnit.SECONDS);
    connection = fresh;
    return fresh;
  }

  private static String plain(String type) {
    return type.replace("+", "%2B");
  }

  @Override
  public void close() {
    Connection open = connection;
    if (open != null) {
      open.socket.abort();
      connection = null;
    }
  }

  /** Keeps what comes; an end is an answer too. */
  private static final class Connection implements WebSocket.Listener {
    private final String type;

    /** One is asked for at a time; an end may come beside it. */
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(4);

    private final List<CharSequence> parts = new ArrayList<>();
    private WebSocket socket;
    private volatile boolean closed;

    @SuppressWarnings("NullAway.Init") // The socket is there before anyone asks for it.
    Connection(String type) {
      this.type = type;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      parts.add(data.toString());
      if (last) {
        answers.offer(String.join("", parts));
        parts.clear();
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      closed = true;
      answers.offer(status + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed = true;
      answers.offer(String.valueOf(error.getMessage()));
    }
  }
}
