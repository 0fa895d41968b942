package dev.sluice.gateway.http;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask from where.
 *
 * <p>A server on the loopback is open to every page that the machine's browser shows: by a request
 * to another origin, or, past the browser's own rules, by a name of the page's own that suddenly
 * means 127.0.0.1 (DNS rebinding). So the {@code Host} must be one of ours, and an {@code Origin}
 * ours or the loopback's.
 */
final class Guard {
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern AUTHORITY =
      Pattern.compile("(?<host>\\[[0-9a-fA-F:.]+]|[^:@/\\[\\]]+)(:(?<port>[0-9]{1,5}))?");
  private static final Pattern ORIGIN = Pattern.compile("https?://(?<authority>[^/]+)");
  private static final Pattern DEFAULT_PORT = Pattern.compile(":(80|443)$");

  private final boolean hostsAreChecked;
  private final Set<String> hosts = new HashSet<>(LOOPBACK);
  private final Set<String> origins = new HashSet<>();

  /**
   * @param address that the server is bound to; null: all of the machine's
   */
  Guard(@Nullable InetAddress address, HttpProperties properties) {
    List<String> allowedHosts = Objects.requireNonNullElse(properties.allowedHosts(), List.of());
    hostsAreChecked = !allowedHosts.isEmpty() || (address != null && address.isLoopbackAddress());
    allowedHosts.forEach(host -> hosts.add(lower(host)));
    Objects.requireNonNullElse(properties.allowedOrigins(), List.<String>of())
        .forEach(origin -> origins.add(lower(origin)));
  }

  /**
   * @param hostHeaders every {@code Host} header of the request
   * @param origin the {@code Origin} header, if any
   * @return why the request is refused, or null
   */
  @Nullable Problem refusal(List<String> hostHeaders, @Nullable String origin) {
    if (hostsAreChecked && !isAllowedHost(hostHeaders)) {
      return Problem.of(
          ProblemCode.HOST_NOT_ALLOWED,
          "this server is not %s: ask for localhost, or name the host in sluice.http.allowed-hosts"
              .formatted(
                  hostHeaders.isEmpty() ? "for requests without a Host" : hostHeaders.get(0)));
    }
    if (origin != null && !isAllowedOrigin(origin, hostHeaders)) {
      return Problem.of(
          ProblemCode.ORIGIN_NOT_ALLOWED,
          "pages of %s may not ask here: name the origin in sluice.http.allowed-origins"
              .formatted(origin));
    }
    return null;
  }

  private boolean isAllowedHost(List<String> headers) {
    return headers.size() == 1 && hosts.contains(host(headers.get(0)));
  }

  private boolean isAllowedOrigin(String origin, List<String> hostHeaders) {
    if (origins.contains(lower(origin))) {
      return true;
    }
    Matcher matcher = ORIGIN.matcher(lower(origin));
    if (!matcher.matches()) {
      return false;
    }
    String authority = matcher.group("authority");
    return LOOPBACK.contains(host(authority))
        || (hostHeaders.size() == 1
            && withoutDefaultPort(authority).equals(withoutDefaultPort(lower(hostHeaders.get(0)))));
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
