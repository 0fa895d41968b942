package dev.sluice.gateway.presence;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection.
 *
 * @param address whence it comes
 * @param client what it calls itself
 */
public record Peer(@Nullable String address, @Nullable String client) {
  /** One of which nothing is known. */
  public static final Peer UNKNOWN = new Peer(null, null);

  private static final int MOST_CHARACTERS = 120;

  /** What it calls itself is a stranger's text: some of it, in one line. */
  public static Peer of(@Nullable SocketAddress address, @Nullable String client) {
    return new Peer(text(address), shown(client));
  }

  private static @Nullable String shown(@Nullable String client) {
    if (client == null || client.isBlank()) {
      return null;
    }
    String line = client.strip().replaceAll("[\\p{Cntrl}\\uFFFE\\uFFFF]+", " ");
    return line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS) + "…";
  }

  private static @Nullable String text(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress internet)) {
      return null;
    }
    return internet.getAddress() == null
        ? internet.getHostString() + ":" + internet.getPort()
        : internet.getAddress().getHostAddress() + ":" + internet.getPort();
  }
}
