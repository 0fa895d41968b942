package dev.sluice.cli.gateway;

import dev.sluice.client.SluiceDeviceBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** The gateway's HTTP face. */
public final class GatewayHttp {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

  /** A streamed answer has a heartbeat every 15 s at the latest. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);

  private static final int FIRST_ERROR = 400;

  static {
    // Java sends a POST again by itself if the connection breaks, unless it is told not to.
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private final URI gateway;
  private final Supplier<@Nullable String> token;
  private final Certificates certificates;
  private final @Nullable SSLSocketFactory sockets;

  /**
   * @param token of who calls; null if nobody does
   * @throws CommandFailure if the gateway speaks TLS and the certificates cannot be used
   */
  GatewayHttp(URI gateway, Supplier<@Nullable String> token, Certificates certificates) {
    this.gateway = gateway;
    this.token = token;
    this.certificates = certificates;
    sockets = isSecured() ? certificates.sockets() : null;
  }

  private boolean isSecured() {
    return "https".equals(gateway.getScheme());
  }

  /** An answer that is no error. */
  public record Answer(int status, String body) {}

  /** The gateway answered with a problem document. */
  public static final class ProblemAnswer extends Exception {
    private final transient Problem problem;

    ProblemAnswer(Problem problem) {
      super(problem.toString());
      this.problem = problem;
    }

    /** What it said. */
    public Problem problem() {
      return problem;
    }
  }

  /** The token of who calls, as it is now; null if nobody does. */
  public @Nullable String token() {
    return token.get();
  }

  public String host() {
    return gateway.getHost();
  }

  /** Has a device speak TLS, and to the same, if this face does. */
  public void secure(SluiceDeviceBuilder device) {
    if (isSecured()) {
      certificates.secure(device);
    }
  }

  /**
   * @throws CommandFailure if the gateway refuses or cannot be reached; so of the other requests
   */
  public Answer get(String path) {
    return exchange("GET", path, null);
  }

  public Answer put(String path, String json) {
    return exchange("PUT", path, json);
  }

  public Answer post(String path, String json) {
    return exchange("POST", path, json);
  }

  public Answer delete(String path) {
    return exchange("DELETE", path, null);
  }

  private Answer exchange(String method, String path, @Nullable String json) {
    try {
      HttpURLConnection request = send(method, path, json, "application/json");
      int status = request.getResponseCode();
      try (InputStream body = request.getInputStream()) {
        return new Answer(status, text(body));
      }
    } catch (ProblemAnswer refused) {
      throw CommandFailure.refused(refused.problem().toString());
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /**
   * Posts, and leaves the answer to be read as it comes.
   *
   * @throws ProblemAnswer if the gateway refuses
   * @throws CommandFailure if it cannot be reached
   */
  public InputStream stream(String path, String json, String accept) throws ProblemAnswer {
    try {
      return send("POST", path, json, accept).getInputStream();
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private HttpURLConnection send(String method, String path, @Nullable String json, String accept)
      throws IOException, ProblemAnswer {
    HttpURLConnection request = (HttpURLConnection) gateway.resolve(path).toURL().openConnection();
    if (sockets != null) {
      ((HttpsURLConnection) request).setSSLSocketFactory(sockets);
    }
    request.setRequestMethod(method);
    request.setConnectTimeout((int) CONNECT_WITHIN.toMillis());
    request.setReadTimeout((int) ANSWER_WITHIN.toMillis());
    request.setRequestProperty("Accept", accept);
    String bearer = token.get();
    if (bearer != null) {
      request.setRequestProperty("Authorization", "Bearer " + bearer);
    }
    if (json != null) {
      request.setRequestProperty("Content-Type", "application/json");
      request.setDoOutput(true);
      try (OutputStream out = request.getOutputStream()) {
        // Not streamed: of a 401 to what is, Java keeps the body, and so why, to itself.
        out.write(json.getBytes(StandardCharsets.UTF_8));
      }
    }
    int status = request.getResponseCode();
    if (status >= FIRST_ERROR) {
      try (InputStream body = request.getErrorStream()) {
        throw new ProblemAnswer(Problem.of(status, body == null ? "" : text(body)));
      }
    }
    return request;
  }

  private static String text(InputStream body) throws IOException {
    return new String(body.readAllBytes(), StandardCharsets.UTF_8);
  }

  private CommandFailure unreachable(IOException failure) {
    return CommandFailure.unreachable(
        "cannot reach the gateway at "
            + gateway
            + ": "
            + failure.getMessage()
            + (failure instanceof SSLException
                ? "\n--cacert says whose certificates are trusted."
                : "\nIs it running? `sluice up` starts one; --url says where another is."));
  }
}
