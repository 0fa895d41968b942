package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    assertThat(guard(LOOPBACK).refusal(List.of(host), null)).isNull();
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
    assertThat(code(guard(LOOPBACK).refusal(List.of(host), null)))
        .isEqualTo(ProblemCode.HOST_NOT_ALLOWED);
  }

  @Test
  void noHostAndTwoHostsAreRefused() {
    assertThat(code(guard(LOOPBACK).refusal(List.of(), null)))
        .isEqualTo(ProblemCode.HOST_NOT_ALLOWED);
    assertThat(code(guard(LOOPBACK).refusal(List.of("localhost", "localhost"), null)))
        .isEqualTo(ProblemCode.HOST_NOT_ALLOWED);
  }

  @Test
  void allowedHostsAreLetIn() {
    Guard guard =
        new Guard(
            LOOPBACK,
            new HttpProperties(List.of("Sluice.Example"), null, DataSize.ofKilobytes(128)));

    assertThat(guard.refusal(List.of("sluice.example:8080"), null)).isNull();
    assertThat(guard.refusal(List.of("localhost"), null)).isNull();
    assertThat(guard.refusal(List.of("other.example"), null)).isNotNull();
  }

  @Test
  void hostsAreNotCheckedOnAllAddressesUnlessSomeAreNamed() {
    assertThat(guard(null).refusal(List.of("gateway.internal:8080"), null)).isNull();
    Guard named =
        new Guard(
            null, new HttpProperties(List.of("gateway.internal"), null, DataSize.ofKilobytes(128)));
    assertThat(named.refusal(List.of("gateway.internal:8080"), null)).isNull();
    assertThat(named.refusal(List.of("evil.example"), null)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost",
        "http://localhost:5173",
        "https://localhost:5173",
        "http://127.0.0.1:3000",
        "http://[::1]:3000"
      })
  void pagesOfTheLoopbackMayAsk(String origin) {
    assertThat(guard(LOOPBACK).refusal(List.of("localhost:8080"), origin)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "http://localhost.evil.example",
        "http://localhost:80@evil.example",
        "null",
        "file://",
        "http://",
        "chrome-extension://abc"
      })
  void otherPagesMayNot(String origin) {
    assertThat(code(guard(LOOPBACK).refusal(List.of("localhost:8080"), origin)))
        .isEqualTo(ProblemCode.ORIGIN_NOT_ALLOWED);
  }

  @Test
  void ourOwnPagesMayAskByAnyName() {
    Guard guard = guard(null);

    assertThat(guard.refusal(List.of("sluice.example:8080"), "http://sluice.example:8080"))
        .isNull();
    assertThat(guard.refusal(List.of("sluice.example"), "https://sluice.example:443")).isNull();
    assertThat(guard.refusal(List.of("sluice.example:8080"), "http://sluice.example:9090"))
        .isNotNull();
  }

  @Test
  void allowedOriginsMayAsk() {
    Guard guard =
        new Guard(
            LOOPBACK,
            new HttpProperties(null, List.of("https://dash.example"), DataSize.ofKilobytes(128)));

    assertThat(guard.refusal(List.of("localhost"), "https://dash.example")).isNull();
    assertThat(guard.refusal(List.of("localhost"), "http://dash.example")).isNotNull();
  }

  private static Guard guard(@Nullable InetAddress address) {
    return new Guard(address, new HttpProperties(null, null, DataSize.ofKilobytes(128)));
  }

  private static @Nullable ProblemCode code(@Nullable Problem problem) {
    return problem == null ? null : problem.code();
  }
}
