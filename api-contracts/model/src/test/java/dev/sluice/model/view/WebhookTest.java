package dev.sluice.model.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks as definitions have them. */
class WebhookTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String URL = "https://example.com/alerts?of=us";
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  @Test
  void whatIsStoredIsReadAgainAndNoAnswerHasItsSecret() {
    ViewDefinition view = view("{\"url\":\"%s\",\"secret\":\"%s\",\"from\":\"earliest\"}");
    String stored = ViewJson.toJsonWithSecrets(view).toString();
    assertThat(ViewJson.parse("v", stored.getBytes(StandardCharsets.UTF_8))).isEqualTo(view);
    assertThat(ViewJson.toJson(view).toString())
        .contains(URL, "\"from\":\"earliest\"")
        .doesNotContain("secret", SECRET);
    assertThat(view.toString()).doesNotContain(SECRET);
  }

  @Test
  void whatIsLeftOutStaysAsItWasOrBeginsNow() {
    Webhook first = new Webhook(URL, SECRET, null).completed(null, NOW);
    assertThat(first.from()).isEqualTo(NOW);
    Webhook moved = new Webhook("http://localhost/x", null, null);
    assertThat(moved.completed(first, NOW.plusSeconds(5)))
        .isEqualTo(new Webhook("http://localhost/x", SECRET, NOW));
  }

  @Test
  void oneWithoutASecretIsRefusedAndSaysWhereToGetOne() {
    assertThatThrownBy(() -> new Webhook(URL, null, null).completed(null, NOW))
        .hasMessageContaining("openssl rand -base64 32");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/rows",
        "ftp://example.com/",
        "http:///rows",
        "http://u:p@example.com/",
        "http://a b/",
        "https://example.com/#a"
      })
  void urlsThatNobodyAnswersAreRefused(String url) {
    assertThatThrownBy(() -> new Webhook(url, SECRET, NOW)).hasMessageContaining("webhook.url");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!"})
  void secretsThatSignNothingAreRefused(String secret) {
    assertThatThrownBy(() -> new Webhook(URL, secret, NOW))
        .hasMessageContaining("webhook.secret")
        .message()
        .doesNotContain("MfKQ9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"https://example.com\"",
        "{\"url\":7}",
        "{\"url\":\"https://a.b\",\"scret\":\"x\"}",
        "{\"url\":\"https://a.b\",\"from\":\"soon\"}"
      })
  void whatIsNoWebhookIsRefusedAtItsPlace(String webhook) {
    assertThatThrownBy(() -> view(webhook)).hasMessageContaining("webhook");
  }

  private static ViewDefinition view(String webhook) {
    String json = "{\"sql\":\"SELECT 1\",\"webhook\":" + webhook.formatted(URL, SECRET) + "}";
    return ViewJson.parse("v", json.getBytes(StandardCharsets.UTF_8));
  }
}
