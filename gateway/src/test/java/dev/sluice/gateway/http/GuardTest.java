package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.http.Guard.Whence;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class GuardTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "LOCALHOST:8080",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:8080"
      })
  void ourNamesAreLetIn(String host) {
    assertThat(guard(LOOPBACK).refusal(from(List.of(host), null))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost:80:80",
        "evil@localhost",
        "localhost@evil.example",
        "localhost/",
        ""
      })
  void otherNamesAreRefusedOnTheLoopback(String host) {
    assertThat(code(guard(LOOPBACK).refusal(from(List.of(host), null))))
        .isEqualTo(ProblemCode.HOST_NOT_ALLOWED);
  }

  @Test
  void noHostAndTwoHostsAreRefused() {
    assertThat(code(guard(LOOPBACK).refusal(from(List.of(), null))))
        .isEqualTo(ProblemCode.HOST_NOT_ALLOWED);
    assertThat(code(guard(LOOPBACK).refusal(from(List.of("localhost", "localhost"), null))))
        .isEqualTo(ProblemCode.HOST_NOT_ALLOWED);
  }

  @Test
  void allowedHostsAreLetIn() {
    Guard guard = new Guard(LOOPBACK, properties(List.of("Sluice.Example"), List.of()));

    assertThat(guard.refusal(from(List.of("sluice.example:8080"), null))).isNull();
    assertThat(guard.refusal(from(List.of("localhost"), null))).isNull();
    assertThat(guard.refusal(from(List.of("other.example"), null))).isNotNull();
  }

  @Test
  void hostsAreNotCheckedOnAllAddressesUnlessSomeAreNamed() {
    assertThat(guard(null).refusal(from(List.of("gateway.internal:8080"), null))).isNull();
    Guard named = new Guard(null, properties(List.of("gateway.internal"), List.of()));
    assertThat(named.refusal(from(List.of("gateway.internal:8080"), null))).isNull();
    assertThat(named.refusal(from(List.of("evil.example"), null))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "http://localhost",
        "http://localhost:5173",
        "http://127.0.0.1:8080",
        "http://localhost.evil.example",
        "http://localhost:80@evil.example",
        "null",
        "file://",
        "http://",
        "chrome-extension://abc"
      })
  void otherPagesMayNot(String origin) {
    assertThat(code(guard(LOOPBACK).refusal(from(List.of("localhost:8080"), origin))))
        .isEqualTo(ProblemCode.ORIGIN_NOT_ALLOWED);
  }

  @Test
  void ourOwnPagesMayAskByAnyName() {
    Guard guard = guard(null);

    assertThat(guard(LOOPBACK).refusal(from(List.of("localhost:8080"), "http://localhost:8080")))
        .isNull();
    assertThat(guard(LOOPBACK).refusal(from(List.of("[::1]:8080"), "http://[::1]:8080"))).isNull();
    assertThat(guard.refusal(from(List.of("sluice.example:8080"), "http://sluice.example:8080")))
        .isNull();
    assertThat(guard.refusal(from(List.of("sluice.example"), "https://sluice.example:443")))
        .isNull();
    assertThat(guard.refusal(from(List.of("sluice.example:8080"), "http://sluice.example:9090")))
        .isNotNull();
  }

  @Test
  void allowedOriginsMayAsk() {
    Guard guard = new Guard(LOOPBACK, properties(List.of(), List.of("https://Dash.example")));

    assertThat(guard.refusal(from(List.of("localhost"), "https://dash.example"))).isNull();
    assertThat(guard.refusal(from(List.of("localhost"), "http://dash.example"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "null",
        "",
        "dash.example",
        "https://dash.example/",
        "https://dash.example/page",
        "https://*.example:80:80",
        "ftp://dash.example"
      })
  void whatIsNoOriginIsNotAllowed(String text) {
    assertThatThrownBy(() -> properties(List.of(), List.of(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("sluice.http.allowed-origins must be scheme://host[:port]")
        .hasMessageEndingWith("was " + text);
  }

  @ParameterizedTest
  @CsvSource({
    "cross-site, image, false",
    "cross-site, script, false",
    "cross-site, iframe, false",
    "cross-site, empty, false",
    "cross-site, , false",
    "same-site, image, false",
    "cross-site, document, true",
    "same-site, document, true",
    "same-origin, image, true",
    "same-origin, empty, true",
    "none, document, true",
    ", , true"
  })
  void whatAPageMerelyShowsMustBeOurPages(
      @Nullable String site, @Nullable String destination, boolean letIn) {
    Problem refusal =
        guard(LOOPBACK).refusal(new Whence(List.of("localhost:8080"), null, site, destination));

    assertThat(code(refusal)).isEqualTo(letIn ? null : ProblemCode.ORIGIN_NOT_ALLOWED);
  }

  private static Guard guard(@Nullable InetAddress address) {
    return new Guard(address, properties(List.of(), List.of()));
  }

  private static HttpProperties properties(List<String> hosts, List<String> origins) {
    return new HttpProperties(hosts, origins, Duration.ZERO, DataSize.ofKilobytes(128));
  }

  private static Whence from(List<String> hosts, @Nullable String origin) {
    return new Whence(hosts, origin, null, null);
  }

  private static @Nullable ProblemCode code(@Nullable Problem problem) {
    return problem == null ? null : problem.code();
  }
}
