package dev.sluice.gateway.connection;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many connections there are, in all and of each address. IPv6 addresses count by their first
 * 64 bits, of which one machine may have all that follow (RFC 4291, 2.5.1).
 */
final class OpenConnections {
  private static final int PREFIX = 8;

  private final int most;
  private final int mostOfAddress;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

  OpenConnections(int most, int mostOfAddress) {
    this.most = most;
    this.mostOfAddress = mostOfAddress;
  }

  int count() {
    return all.get();
  }

  /**
   * One more. Whoever is let in leaves.
   *
   * @return why it is not let in; null if it is
   */
  @Nullable String enter(InetAddress address) {
    if (all.incrementAndGet() > most) {
      all.decrementAndGet();
      return "there are " + most + " connections, as many as may be: come again later";
    }
    int ofAddress = byAddress.merge(network(address), 1, Integer::sum);
    if (ofAddress > mostOfAddress) {
      leave(address);
      return "there are "
          + mostOfAddress
          + " connections from your address, as many as may be: close others first";
    }
    return null;
  }

  void leave(InetAddress address) {
    all.decrementAndGet();
    byAddress.computeIfPresent(network(address), (known, count) -> count == 1 ? null : count - 1);
  }

  private static InetAddress network(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, PREFIX, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }
}
