package dev.sluice.model.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookReachTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.31.255.255",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "ff02::1"
      })
  void whatIsInsideIsRefusedUnlessItIsAllowed(String address) throws Exception {
    InetAddress inside = InetAddress.getByName(address);
    assertThat(WebhookReach.PUBLIC.refusal("hooks.example", inside))
        .startsWith("a webhook may not reach hooks.example (")
        .endsWith("sluice.webhooks.allow");
    assertThat(reach("HOOKS.example").refusal("hooks.example", inside)).isNull();
    assertThat(reach("other.example").refusal("hooks.example", inside)).isNotNull();
    assertThat(reach(inside.getHostAddress()).refusal("hooks.example", inside)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1.1.1", "100.128.0.1", "172.32.0.1", "192.167.1.1", "2606:4700::1111"})
  void whatIsOutsideMayBeReached(String address) throws Exception {
    assertThat(WebhookReach.PUBLIC.refusal("hooks.example", InetAddress.getByName(address)))
        .isNull();
  }

  @Test
  void aNetworkIsAllowedByItsBits() throws Exception {
    WebhookReach reach = reach("10.1.128.0/17", "fd00::/8");
    assertThat(reach.refusal("a", InetAddress.getByName("10.1.128.1"))).isNull();
    assertThat(reach.refusal("a", InetAddress.getByName("10.1.127.1"))).isNotNull();
    assertThat(reach.refusal("a", InetAddress.getByName("fdff::1"))).isNull();
    assertThat(reach.refusal("a", InetAddress.getByName("fc00::1"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9000/x",
        "http://[::1]/x",
        "http://localhost/x",
        "http://LOCALHOST/x",
        "http://db.localhost/x",
        "http://2130706433/x",
        "http://127.1/x",
        "https://[fe80::1]/x",
        "https://169.254.169.254/latest"
      })
  void aUrlThatSaysSoItselfIsRefused(String url) {
    assertThatThrownBy(() -> WebhookReach.PUBLIC.require(webhook(url)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem().code()).isEqualTo(ProblemCode.VIEW_INVALID);
              assertThat(refused.problem().field()).isEqualTo("webhook.url");
            });
  }

  @Test
  void aNameIsDecidedOnWhenItIsConnectedTo() {
    assertThatCode(() -> WebhookReach.PUBLIC.require(webhook("https://hooks.example/x")))
        .doesNotThrowAnyException();
    assertThatCode(() -> reach("localhost").require(webhook("http://localhost/x")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/", "a/8", "::/129", "10.0.0.0/-1", "1.2.3.4.5"})
  void whatIsNoNetworkIsRefused(String entry) {
    assertThatThrownBy(() -> reach(entry)).hasMessageContaining("sluice.webhooks.allow");
  }

  private static WebhookReach reach(String... allowed) {
    return new WebhookReach(List.of(allowed));
  }

  private static Webhook webhook(String url) {
    return new Webhook(url, null, null);
  }
}
