package dev.sluice.benchmark.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;

/**
 * A connection for a few bytes: what comes back is read until there is no more, or it is enough.
 */
final class Bytes implements Door {
  private static final int CONNECT_WITHIN_MS = 60_000;
  private static final int QUIET_MS = 20;
  private static final int MOST_READ = 64 << 10;

  private final InetSocketAddress address;
  private final List<byte[]> valid;

  /**
   * @param valid what would be answered
   */
  Bytes(InetSocketAddress address, List<byte[]> valid) {
    this.address = address;
    this.valid = valid;
  }

  /** Requests of HTTP, their heads and all. */
  static List<byte[]> requests() {
    return List.of(
        Valid.bytes(
            "GET /v1/query?sql=SELECT%20*%20FROM%20fuzzed&from=earliest&to=now HTTP/1.1\r\n"
                + "Host: localhost\r\nAccept: application/json\r\n\r\n"),
        Valid.bytes(
            "POST /v1/streams/fuzzed/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 2\r\n\r\n[]"),
        Valid.bytes(
            "POST /v1/streams/fuzzed/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n"),
        Valid.bytes(
            "GET /v1/streams/fuzzed/events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sluice.v1\r\n\r\n"
                + "\u0001\u0002[]"),
        Valid.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  }

  @Override
  public Answer send(Mutator mutator) throws IOException {
    byte[] bytes = mutator.bytes(mutator.one(valid));
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (Socket socket = new Socket()) {
      socket.setSoLinger(true, 0);
      socket.connect(address, CONNECT_WITHIN_MS);
      socket.setSoTimeout(QUIET_MS);
      socket.getOutputStream().write(bytes);
      byte[] buffer = new byte[8 << 10];
      int length = 0;
      while (length >= 0 && read.size() < MOST_READ) {
        read.write(buffer, 0, length);
        length = socket.getInputStream().read(buffer);
      }
    } catch (SocketTimeoutException e) {
      // It waits for more, or has said what it had to.
    } catch (IOException e) {
      // It has cut us off, as it may.
    }
    return Answer.of(Answer.text(read.toByteArray()), Answer.text(bytes));
  }
}
