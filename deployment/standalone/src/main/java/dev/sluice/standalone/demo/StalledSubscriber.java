package dev.sluice.standalone.demo;

import dev.sluice.fleet.FleetOptions.Access;
import dev.sluice.fleet.Trust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that asks, over a connection of its own to the gateway's HTTP door, and reads
 * nothing. Blocks for as long as connecting takes; any thread.
 */
final class StalledSubscriber implements AutoCloseable {
  /**
   * A thousand rows a second at the usual speed, and twice that at most. The first come when a
   * window that has begun since has ended, and the stream's lateness is over: after 7 s.
   */
  static final String SQL =
      "SELECT bus, COUNT(*) AS reports, AVG(speed) AS avg_speed, MAX(speed) AS top_speed,"
          + " LAST_VALUE(route) AS route, LAST_VALUE(latitude) AS latitude,"
          + " LAST_VALUE(longitude) AS longitude FROM buses"
          + " GROUP BY HOP(ts, INTERVAL '0.25' SECOND, INTERVAL '2' SECOND), bus";

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

  /** Bytes, of the kernel's: it takes no less. */
  private static final int RECEIVE_BUFFER = 4 << 10;

  private final String host;
  private final int port;
  private final Access access;
  private @Nullable Socket socket;

  StalledSubscriber(String host, int port, Access access) {
    this.host = host;
    this.port = port;
    this.access = access;
  }

  private String authorization() throws IOException {
    Path tokenFile = access.tokenFile();
    return tokenFile == null
        ? ""
        : "Authorization: Bearer " + Files.readString(tokenFile).strip() + "\r\n";
  }

  /** Asks, if it has not. */
  synchronized void ask() throws IOException {
    if (socket != null) {
      return;
    }
    Socket asking = new Socket();
    try {
      asking.setReceiveBufferSize(RECEIVE_BUFFER);
      asking.connect(new InetSocketAddress(host, port), (int) CONNECT_WITHIN.toMillis());
      asking = secured(asking);
      asking
          .getOutputStream()
          .write(
              """
              GET /v1/query?overflow=drop-oldest&sql=%s HTTP/1.1\r
              Host: %s:%d\r
              %sAccept: text/event-stream\r
              \r
              """
                  .formatted(
                      URLEncoder.encode(SQL, StandardCharsets.UTF_8), host, port, authorization())
                  .getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      asking.close();
      throw e;
    }
    socket = asking;
  }

  private Socket secured(Socket plain) throws IOException {
    Path trusted = access.trusted();
    if (trusted == null) {
      return plain;
    }
    SSLSocket secured =
        (SSLSocket) Trust.in(trusted).getSocketFactory().createSocket(plain, host, port, true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    return secured;
  }

  synchronized boolean isThere() {
    return socket != null;
  }

  /** Leaves, if it is there. */
  @Override
  public synchronized void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
