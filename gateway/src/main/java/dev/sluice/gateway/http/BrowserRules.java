package dev.sluice.gateway.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.springframework.http.HttpHeaders;

/**
 * What a browser may do with an answer, whoever gives it: show it in nobody's frame, guess no type,
 * keep no copy, tell nobody its address. A door that knows better says so itself: a page has a
 * policy of its own, a file is kept.
 */
public final class BrowserRules {
  public static final String POLICY = "Content-Security-Policy";

  /** Of a page: nothing from elsewhere, nothing inline, in nobody's frame. */
  public static final String OF_A_PAGE =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
          + " font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> OF_ALL = new LinkedHashMap<>();

  static {
    OF_ALL.put(POLICY, "default-src 'none'; frame-ancestors 'none'");
    OF_ALL.put("X-Frame-Options", "DENY");
    OF_ALL.put("X-Content-Type-Options", "nosniff");
    OF_ALL.put("Referrer-Policy", "no-referrer");
    OF_ALL.put("Cross-Origin-Resource-Policy", "same-origin");
    OF_ALL.put(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  private BrowserRules() {}

  /** Hands on each header. */
  static void tell(BiConsumer<String, String> header) {
    OF_ALL.forEach(header);
  }
}
