package dev.sluice.engine.catalog;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Where a PostgreSQL database is. Its text form leaves the password out. */
record PostgresUrl(String host, int port, String user, String password, String database) {
  private static final String FORM = "postgresql://user:password@host:port/database";
  private static final int DEFAULT_PORT = 5432;

  static PostgresUrl parse(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw malformed("it has a character that must be percent-encoded");
    }
    if (!"postgresql".equals(uri.getScheme())) {
      throw malformed(url.isBlank() ? "it is not set" : "it does not begin with postgresql://");
    }
    String path = uri.getPath();
    if (uri.getHost() == null || path == null || path.length() < 2) {
      throw malformed("it has no host or no database");
    }
    if (uri.getQuery() != null || uri.getFragment() != null) {
      throw malformed("it has parameters, which are not supported");
    }
    String userInfo = uri.getRawUserInfo();
    int colon = userInfo == null ? -1 : userInfo.indexOf(':');
    if (userInfo == null || colon < 1) {
      throw malformed("it has no user and password");
    }
    return new PostgresUrl(
        uri.getHost().replaceAll("[\\[\\]]", ""),
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        decoded(userInfo.substring(0, colon)),
        decoded(userInfo.substring(colon + 1)),
        path.substring(1));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  // The value holds a password, so it is not shown.
  private static IllegalArgumentException malformed(String reason) {
    return new IllegalArgumentException("sluice.postgres.url must be " + FORM + ": " + reason);
  }

  String bracketedHost() {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  @Override
  public String toString() {
    return "postgresql://" + user + "@" + bracketedHost() + ":" + port + "/" + database;
  }
}
