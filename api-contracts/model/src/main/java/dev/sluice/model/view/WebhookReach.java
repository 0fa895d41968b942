package dev.sluice.model.view;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where webhooks may go: to every public address, and to those inside that are allowed by name.
 * Whoever may define a view could otherwise have Sluice post to what only Sluice's network reaches.
 *
 * <p>Whether an address is inside is decided by the IANA registries of special-purpose addresses
 * (RFC 6890): loopback, private, shared, link-local, multicast, reserved, and what embeds an IPv4
 * address.
 *
 * @param allowed hosts, as a webhook's URL has them, and addresses or networks ({@code
 *     10.1.0.0/16})
 */
public record WebhookReach(List<String> allowed) {
  public static final WebhookReach PUBLIC = new WebhookReach(List.of());

  private static final Pattern LITERAL =
      Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F.]*:[0-9a-fA-F:.]*]?");
  private static final List<Network> INSIDE =
      networks(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "224.0.0.0/3",
          "::/96",
          "64:ff9b::/96",
          "64:ff9b:1::/48",
          "2001::/23",
          "2002::/16",
          "fc00::/7",
          "fe80::/10",
          "fec0::/10",
          "ff00::/8");

  public WebhookReach {
    allowed = allowed.stream().map(entry -> lower(entry.strip())).toList();
    for (String entry : allowed) {
      if (entry.contains("/") || LITERAL.matcher(entry).matches()) {
        Network.of(entry);
      }
    }
  }

  /** Addresses that begin alike. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Network(byte[] address, int bits) {
    static Network of(String text) {
      int slash = text.indexOf('/');
      InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
      int most = address == null ? 0 : address.getAddress().length * Byte.SIZE;
      int bits = slash < 0 ? most : number(text.substring(slash + 1));
      if (address == null || bits < 0 || bits > most) {
        throw new IllegalArgumentException(
            "sluice.webhooks.allow must be hosts, addresses, or networks such as 10.1.0.0/16: has "
                + text);
      }
      return new Network(address.getAddress(), bits);
    }

    private static int number(String text) {
      return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    boolean has(InetAddress other) {
      byte[] bytes = other.getAddress();
      if (bytes.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % Byte.SIZE;
        if (((bytes[bit / Byte.SIZE] ^ address[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Refuses a webhook whose URL says itself that it goes where none may.
   *
   * @throws dev.sluice.model.problem.ProblemException VIEW_INVALID
   */
  public void require(Webhook webhook) {
    String host = host(URI.create(webhook.url()));
    InetAddress address =
        host.equals("localhost") || host.endsWith(".localhost")
            ? InetAddress.getLoopbackAddress()
            : literal(host);
    String refusal = address == null ? null : refusal(host, address);
    if (refusal != null) {
      throw Problem.ofField(ProblemCode.VIEW_INVALID, "webhook.url", refusal).toException();
    }
  }

  /**
   * Why a webhook may not go there; null if it may.
   *
   * @param host as its URL says it
   * @param address that it is, at the moment of connecting
   */
  public @Nullable String refusal(String host, InetAddress address) {
    if (INSIDE.stream().noneMatch(network -> network.has(address)) || isAllowed(host, address)) {
      return null;
    }
    String is = address.getHostAddress();
    return "a webhook may not reach %s, which is not a public address: name the host or its network in sluice.webhooks.allow"
        .formatted(host.equals(is) ? host : host + " (" + is + ")");
  }

  private boolean isAllowed(String host, InetAddress address) {
    return allowed.stream()
        .anyMatch(
            entry ->
                entry.contains("/") || LITERAL.matcher(entry).matches()
                    ? Network.of(entry).has(address)
                    : entry.equals(lower(host)));
  }

  /** The host of a URL, without the brackets of an IPv6 address. */
  public static String host(URI url) {
    return lower(url.getHost()).replaceAll("[\\[\\]]", "");
  }

  /** The address that a text is without asking anybody; null if it is a name. */
  private static @Nullable InetAddress literal(String host) {
    if (!LITERAL.matcher(host).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException noAddress) {
      return null;
    }
  }

  private static List<Network> networks(String... texts) {
    return List.of(texts).stream().map(Network::of).toList();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
