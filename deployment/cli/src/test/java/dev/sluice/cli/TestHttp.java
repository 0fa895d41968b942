package dev.sluice.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** A real HTTP server that answers as the test says, and remembers what it was asked. */
final class TestHttp implements AutoCloseable {
  record Answer(int status, String body) {}

  /** Such as {@code PUT /v1/streams/readings}, with its body. */
  record Request(String line, String accept, String body) {}

  final List<Request> requests = new CopyOnWriteArrayList<>();

  /** What each request said of who calls; {@code null} as text if nothing. */
  final List<String> authorizations = new CopyOnWriteArrayList<>();

  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final HttpServer server;

  TestHttp() {
    this(null);
  }

  /**
   * @param tls what it speaks; null: none
   */
  TestHttp(@Nullable SSLContext tls) {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      server = tls == null ? HttpServer.create(free, 0) : HttpsServer.create(free, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (server instanceof HttpsServer secured && tls != null) {
      secured.setHttpsConfigurator(
          new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters ours = tls.getDefaultSSLParameters();
              ours.setNeedClientAuth(true);
              parameters.setSSLParameters(ours);
            }
          });
    }
    server.createContext("/", this::serve);
    server.start();
  }

  TestHttp on(String line, int status, String body) {
    answers.remove(line);
    return then(line, status, body);
  }

  /** Answers so after what was said before for this line, which is then answered once. */
  TestHttp then(String line, int status, String body) {
    answers
        .computeIfAbsent(line, asked -> new ConcurrentLinkedDeque<>())
        .add(new Answer(status, body));
    return this;
  }

  String url() {
    return (server instanceof HttpsServer ? "https" : "http")
        + "://127.0.0.1:"
        + server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String accept = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    requests.add(new Request(line, accept, body));
    Answer answer = next(line);
    exchange.sendResponseHeaders(answer.status(), 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(answer.body().getBytes(StandardCharsets.UTF_8));
    }
  }

  private Answer next(String line) {
    Deque<Answer> scripted = answers.get(line);
    if (scripted == null) {
      return new Answer(404, "{\"title\":\"Not found\"}");
    }
    return scripted.size() > 1 ? scripted.remove() : scripted.element();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
