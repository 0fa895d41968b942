package dev.sluice.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which TCP ports can be listened on now. */
public final class Ports {
  private Ports() {}

  /**
   * Checks that each port can be listened on, and chooses one for each 0; all of them different.
   *
   * <p>The ports are free when this returns, not reserved: another process may take one before the
   * server does, which then fails with its own message.
   *
   * @param wanted the port by the name of its setting; 0 is any free one
   * @return the chosen ports by the same names, in the same order
   * @throws EmbeddedServerException naming the first port that cannot be had, and its setting
   */
  public static Map<String, Integer> choose(String host, Map<String, Integer> wanted) {
    InetAddress address = address(host);
    Map<String, ServerSocket> held = new LinkedHashMap<>();
    try {
      wanted.forEach((setting, port) -> held.put(setting, listen(address, port, setting)));
      Map<String, Integer> chosen = new LinkedHashMap<>();
      held.forEach((setting, socket) -> chosen.put(setting, socket.getLocalPort()));
      return chosen;
    } finally {
      held.values().forEach(Ports::close);
    }
  }

  static int choose(String host, int port) {
    try (ServerSocket socket = listen(address(host), port, "")) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new EmbeddedServerException("cannot close a socket: " + e.getMessage(), e);
    }
  }

  private static ServerSocket listen(InetAddress address, int port, String setting) {
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
      String advice = setting.isEmpty() ? "" : "; choose another with " + setting;
      throw new EmbeddedServerException(
          "port %d is taken: %s: %s%s"
              .formatted(port, address.getHostAddress(), e.getMessage(), advice),
          e);
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
