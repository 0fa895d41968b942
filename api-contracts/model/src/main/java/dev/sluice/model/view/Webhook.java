package dev.sluice.model.view;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of each row of a view, by a POST that is signed as the Standard Webhooks
 * specification has it.
 *
 * @param url absolute, http or https, at most 2,000 characters, without user and fragment
 * @param secret {@code whsec_} and 24 to 64 bytes in Base64; null: the one that it had
 * @param from rows of earlier times are not told; null: from when it was set
 */
public record Webhook(String url, @Nullable String secret, @Nullable Instant from) {
  private static final String PREFIX = "whsec_";
  private static final int LEAST_KEY = 24;
  private static final int MOST_KEY = 64;
  private static final int MOST_URL = 2_000;

  public Webhook {
    if (url.length() > MOST_URL || !isAbsolute(url)) {
      throw invalid(
          "url",
          "webhook.url must be an absolute http or https URL of at most 2000 characters, without"
              + " user and fragment: was \""
              + url
              + "\"");
    }
    if (secret != null && !isSecret(secret)) {
      throw invalid(
          "secret",
          "webhook.secret must be whsec_ and 24 to 64 bytes in Base64, such as"
              + " whsec_$(openssl rand -base64 32)");
    }
  }

  private static boolean isAbsolute(String url) {
    try {
      URI parsed = new URI(url);
      return ("http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme()))
          && parsed.getHost() != null
          && parsed.getUserInfo() == null
          && parsed.getFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isSecret(String secret) {
    try {
      int bytes = decoded(secret).length;
      return secret.startsWith(PREFIX) && bytes >= LEAST_KEY && bytes <= MOST_KEY;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] decoded(String secret) {
    return Base64.getDecoder().decode(secret.substring(Math.min(PREFIX.length(), secret.length())));
  }

  /** What its POSTs are signed with. */
  public byte[] key() {
    if (secret == null) {
      throw new IllegalStateException("the webhook is not complete");
    }
    return decoded(secret);
  }

  /**
   * With what was left out.
   *
   * @param before what the view had; null: nothing
   * @throws ProblemException VIEW_INVALID if it has no secret yet
   */
  public Webhook completed(@Nullable Webhook before, Instant now) {
    String signedWith = secret != null || before == null ? secret : before.secret;
    if (signedWith == null) {
      throw invalid(
          "secret",
          "a webhook must have a secret, with which its receiver can tell that we are the sender:"
              + " add \"secret\": \"whsec_…\", from openssl rand -base64 32");
    }
    Instant since = from != null || before == null ? from : before.from;
    return new Webhook(url, signedWith, since == null ? now : since);
  }

  /** The same, told of rows from another time on. */
  public Webhook from(Instant other) {
    return new Webhook(url, secret, other);
  }

  private static ProblemException invalid(String member, String detail) {
    return Problem.ofField(ProblemCode.VIEW_INVALID, "webhook." + member, detail).toException();
  }

  @Override
  public String toString() {
    return "Webhook[" + url + "]"; // no secret in a log
  }
}
