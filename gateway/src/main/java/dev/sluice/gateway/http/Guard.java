package dev.sluice.gateway.http;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask from where.
 *
 * <p>A server on the loopback is open to every page that the machine's browser shows: by a request
 * to another origin, or, past the browser's own rules, by a name of the page's own that suddenly
 * means 127.0.0.1 (DNS rebinding). So the {@code Host} must be one of ours, and the page too: a
 * browser says whose it is by {@code Origin}, or, of a picture and the like, by {@code
 * Sec-Fetch-Site}. Whoever says neither is no page.
 */
final class Guard {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern AUTHORITY =
      Pattern.compile("(?<host>\\[[0-9a-fA-F:.]+]|[^:@/\\[\\]]+)(:(?<port>[0-9]{1,5}))?");
  private static final Pattern ORIGIN = Pattern.compile("https?://(?<authority>[^/]+)");
  private static final Pattern DEFAULT_PORT = Pattern.compile(":(80|443)$");
  private static final Set<String> OTHERS_PAGES = Set.of("cross-site", "same-site");
  private static final String TAB = "document";

  private final boolean hostsAreChecked;
  private final Set<String> hosts = new HashSet<>(LOOPBACK);
  private final Set<String> origins = new HashSet<>();

  /**
   * What a request says of whence it comes, which a browser lets no page change.
   *
   * @param hosts every {@code Host} header
   * @param origin of the page that asks: not said of what a page merely shows, nor by who is none
   * @param site how that page is to this server: {@code Sec-Fetch-Site}, not said by who is none
   * @param destination what the answer is for: {@code Sec-Fetch-Dest}
   */
  record Whence(
      List<String> hosts,
      @Nullable String origin,
      @Nullable String site,
      @Nullable String destination) {}

  /**
   * @param address that the server is bound to; null: all of the machine's
   */
  Guard(@Nullable InetAddress address, HttpProperties properties) {
    hostsAreChecked =
        !properties.allowedHosts().isEmpty() || (address != null && address.isLoopbackAddress());
    properties.allowedHosts().forEach(host -> hosts.add(lower(host)));
    properties.allowedOrigins().forEach(origin -> origins.add(lower(origin)));
  }

  /** Whether a {@code Host} is one of this machine's own to itself. */
  static boolean isLoopback(String header) {
    return LOOPBACK.contains(host(header));
  }

  /** Whether it is what a browser may say in {@code Origin}. */
  static boolean isOrigin(String text) {
    Matcher matcher = ORIGIN.matcher(lower(text));
    return matcher.matches() && !host(matcher.group("authority")).isEmpty();
  }

  /** Why a request is refused, or null. */
  @Nullable Problem refusal(Whence whence) {
    if (hostsAreChecked && !isAllowedHost(whence.hosts)) {
      return Problem.of(
          ProblemCode.HOST_NOT_ALLOWED,
          "this server is not %s: ask for localhost, or name the host in sluice.http.allowed-hosts"
              .formatted(
                  whence.hosts.isEmpty() ? "for requests without a Host" : whence.hosts.get(0)));
    }
    if (whence.origin != null) {
      return isAllowedOrigin(whence.origin, whence.hosts)
          ? null
          : Problem.of(
              ProblemCode.ORIGIN_NOT_ALLOWED,
              "pages of %s may not ask here: name the origin in sluice.http.allowed-origins"
                  .formatted(whence.origin));
    }
    // A link to here, which opens in its place, is no page's request.
    if (whence.site != null
        && OTHERS_PAGES.contains(whence.site)
        && !TAB.equals(whence.destination)) {
      return Problem.of(
          ProblemCode.ORIGIN_NOT_ALLOWED,
          "a page of another origin may show nothing from here: it may ask by fetch or EventSource,"
              + " if sluice.http.allowed-origins names it");
    }
    return null;
  }

  private boolean isAllowedHost(List<String> headers) {
    return headers.size() == 1 && hosts.contains(host(headers.get(0)));
  }

  /** Ours whatever the scheme: a proxy before this server may have taken TLS off. */
  private boolean isAllowedOrigin(String origin, List<String> hostHeaders) {
    if (origins.contains(lower(origin))) {
      return true;
    }
    Matcher matcher = ORIGIN.matcher(lower(origin));
    return matcher.matches()
        && hostHeaders.size() == 1
        && withoutDefaultPort(matcher.group("authority"))
            .equals(withoutDefaultPort(lower(hostHeaders.get(0))));
  }

  private static String host(String authority) {
    Matcher matcher = AUTHORITY.matcher(authority);
    return matcher.matches() ? lower(matcher.group("host")) : "";
  }

  private static String withoutDefaultPort(String authority) {
    return DEFAULT_PORT.matcher(authority).replaceFirst("");
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
