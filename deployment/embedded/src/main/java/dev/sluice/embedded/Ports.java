package dev.sluice.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Which TCP ports can be listened on now. */
public final class Ports {
  private Ports() {}

  /**
   * Checks that each port can be listened on, and chooses one for each 0; all of them different.
   *
   * <p>The ports are free when this returns, not reserved: another process may take one before the
   * server does, which then fails with its own message.
   *
   * @param ports 0 to 65535; 0 is any free one
   * @throws EmbeddedServerException naming the first port that cannot be had
   */
  public static List<Integer> choose(String host, List<Integer> ports) {
    InetAddress address = address(host);
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int port : ports) {
        held.add(listen(address, port));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      held.forEach(Ports::close);
    }
  }

  static int choose(String host, int port) {
    return choose(host, List.of(port)).get(0);
  }

  private static ServerSocket listen(InetAddress address, int port) {
    ServerSocket socket = null;
    try {
      socket = new ServerSocket();
      // A port whose last connections are in TIME_WAIT is free: the servers set this too.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
      return socket;
    } catch (IOException e) {
      if (socket != null) {
        close(socket);
      }
      throw new EmbeddedServerException(
          "port " + port + " is taken: " + address.getHostAddress() + ": " + e.getMessage(), e);
    }
  }

  private static InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new EmbeddedServerException("host " + host + " is unknown: " + e.getMessage(), e);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new EmbeddedServerException("cannot close a socket: " + e.getMessage(), e);
    }
  }
}
