package dev.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;

/** Requests of the tests, over real connections. */
public final class Http {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Http() {}

  /** A GET; headers are names and values in turn. The response is held against the contract. */
  public static HttpResponse<String> get(URI uri, String... headers) {
    return send("GET", uri, "", headers);
  }

  public static HttpResponse<String> send(String method, URI uri, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
      Contract.hold(method, uri.getPath(), response);
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * A connection on which nothing is read until the test does.
   *
   * @param request lines, without those that every request has
   */
  public static Connection open(URI server, String... request) {
    return open(server, 8 << 10, request);
  }

  /**
   * The same.
   *
   * @param receiveBuffer bytes that the kernel may hold
   */
  public static Connection open(URI server, int receiveBuffer, String... request) {
    try {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(receiveBuffer);
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
      Connection connection = new Connection(socket);
      connection.send(request);
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes that a server sends on one connection. */
  public static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final StringBuilder received = new StringBuilder();

    private Connection(Socket socket) {
      this.socket = socket;
    }

    /** Sends a further request, as lines. */
    public void send(String... request) {
      String text = String.join("\r\n", request) + "\r\n\r\n";
      try {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Reads on until the text is there; everything read so far. */
    public String readUntil(String text) {
      while (received.indexOf(text) < 0) {
        if (!readMore()) {
          throw new IllegalStateException("ended without \"" + text + "\": " + received);
        }
      }
      return received.toString();
    }

    /** Reads on until the server closes the connection; everything read so far. */
    public String readToEnd() {
      while (readMore()) {}
      return received.toString();
    }

    /** Everything that is still to come, line by line, as slowly as the lines are taken. */
    public Stream<String> lines() {
      try {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).lines();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Reads on until so many bytes have come in all. */
    public void readBytes(int count) {
      while (received.length() < count && readMore()) {}
    }

    private boolean readMore() {
      byte[] bytes = new byte[4096];
      try {
        int count = socket.getInputStream().read(bytes);
        if (count > 0) {
          received.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
        }
        return count >= 0;
      } catch (IOException e) {
        throw new UncheckedIOException("after: " + received, e);
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
