package dev.sluice.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Requests as bytes, one after the other, on one connection while the server keeps it. */
final class Exchange implements AutoCloseable {
  private static final int PATIENCE_MS = 60_000;

  private final int port;
  private @Nullable Socket socket;

  /**
   * @param head status line and headers, in lower case
   */
  record Response(int status, String head, String body) {}

  Exchange(int port) {
    this.port = port;
  }

  /**
   * @param target as it goes over the wire, whatever it is
   * @param headers lines
   */
  Response send(String method, String target, byte @Nullable [] body, String... headers)
      throws IOException {
    Socket connected = socket == null || socket.isClosed() ? connect() : socket;
    socket = connected;
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    head.append("Host: localhost\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    if (body != null) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
    request.writeBytes(body == null ? new byte[0] : body);
    connected.getOutputStream().write(request.toByteArray());
    Response response = read(connected.getInputStream(), method.equals("HEAD"));
    if (response.head().contains("connection: close")) {
      connected.close();
    }
    return response;
  }

  private Socket connect() throws IOException {
    Socket connected = new Socket(InetAddress.getLoopbackAddress(), port);
    connected.setSoTimeout(PATIENCE_MS);
    connected.setTcpNoDelay(true);
    return connected;
  }

  private static Response read(InputStream in, boolean headOnly) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      bytes.write(next(in));
    }
    String head = bytes.toString(ISO_8859_1).toLowerCase(Locale.ROOT);
    int status = Integer.parseInt(head.substring(9, 12));
    if (headOnly || status == 204) {
      return new Response(status, head, "");
    }
    int length = head.indexOf("content-length: ");
    byte[] body =
        length < 0
            ? chunks(in)
            : in.readNBytes(
                Integer.parseInt(head.substring(length + 16, head.indexOf("\r\n", length))));
    return new Response(status, head, new String(body, UTF_8));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    int size;
    do {
      if (System.nanoTime() > deadline) {
        throw new IOException("the answer does not end: " + body.toString(UTF_8));
      }
      StringBuilder line = new StringBuilder();
      while (line.indexOf("\r\n") < 0) {
        line.append((char) next(in));
      }
      size = Integer.parseInt(line.toString().strip(), 16);
      body.writeBytes(in.readNBytes(size));
      in.readNBytes(2);
    } while (size > 0);
    return body.toByteArray();
  }

  private static int next(InputStream in) throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new IOException("the server closed the connection without an answer");
    }
    return value;
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
    }
  }
}
