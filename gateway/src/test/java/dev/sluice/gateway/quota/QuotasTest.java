package dev.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Callers;
import dev.sluice.gateway.security.Quota;
import dev.sluice.gateway.security.Quota.Kind;
import dev.sluice.gateway.security.Rights;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What callers have of their quotas, by a clock that the test moves. */
class QuotasTest {
  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();

  private Quotas quotas(Kind kind, long limit) {
    return TestQuotas.of(new Quota(Map.of(kind, limit)), timer);
  }

  private static Caller caller(String subject, @Nullable String device) {
    return new Caller(subject, Rights.ALL, device, null, null);
  }

  private static void assertRefused(Kind kind, ThrowingCallable what) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem().code()).isEqualTo(ProblemCode.QUOTA_EXCEEDED);
              assertThat(refused.problem().field()).isEqualTo(kind.text());
            });
  }

  @Test
  void tokensOfOneSubjectAndDeviceHaveOneQuotaInCommon() {
    Quotas quotas = quotas(Kind.EVENTS, 10);
    quotas.rate(caller("a", "d1")).took(20, 1);

    assertThat(quotas.rate(caller("a", "d1")).nanosUntilDue()).isPositive();
    for (Caller other : List.of(caller("a", "d2"), caller("a", null), caller("b", "d1"))) {
      assertThat(quotas.rate(other).nanosUntilDue()).isZero();
    }
  }

  @Test
  void whatATokenSaysCountsAndOfTheRestTheSettings() {
    Quotas quotas = quotas(Kind.QUERIES, 1);
    Quota own = new Quota(Map.of(Kind.CONNECTIONS, 1L, Kind.QUERIES, 2L));
    Caller caller = new Caller("a", Rights.ALL, null, null, null, own);

    quotas.ask(caller);
    quotas.ask(caller);
    assertRefused(Kind.QUERIES, () -> quotas.ask(caller));
    quotas.connect(caller);
    assertRefused(Kind.CONNECTIONS, () -> quotas.connect(caller));
    quotas.connect(caller("b", null));
    quotas.connect(caller("b", null));
    quotas.ask(caller("b", null));
    assertRefused(Kind.QUERIES, () -> quotas.ask(caller("b", null)));
  }

  @Test
  void whatIsClosedMayBeHadAgainOnce() {
    Quotas quotas = quotas(Kind.CONNECTIONS, 1);
    Caller caller = caller("a", null);
    Held first = quotas.connect(caller);
    first.close();
    first.close();
    quotas.connect(caller);
    assertRefused(Kind.CONNECTIONS, () -> quotas.connect(caller));
  }

  @Test
  void whatAFrameWasTooMuchIsOwed() {
    Rate rate = quotas(Kind.BYTES, 100).rate(caller("a", null));
    assertThat(rate.nanosUntilDue()).isZero();
    rate.took(1, 350);
    assertThat(rate.secondsUntilDue()).isEqualTo(3);
    timer.advanceTimeBy(Duration.ofMillis(2_500));
    assertThat(rate.nanosUntilDue()).isEqualTo(10_000_000);
    timer.advanceTimeBy(Duration.ofMillis(10));
    assertThat(rate.nanosUntilDue()).isZero();
  }

  @Test
  void ofAnIdleCallerNothingIsKept() {
    Quotas quotas = quotas(Kind.EVENTS, 100);
    Caller caller = caller("a", null);
    quotas.rate(caller).took(300, 1);
    timer.advanceTimeBy(Duration.ofSeconds(2));
    assertThat(quotas.callers()).isOne();
    Held connection = quotas.connect(caller);
    timer.advanceTimeBy(Duration.ofSeconds(10));
    assertThat(quotas.callers()).isOne();
    connection.close();
    timer.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(quotas.callers()).isZero();
  }

  @Test
  void whoDawdlesOverABodyIsHeldToTheSameQuota() {
    Quotas quotas = quotas(Kind.EVENTS, 100);
    Caller caller = caller("a", null);
    Rate ofASlowBody = quotas.rate(caller);
    assertThat(ofASlowBody.nanosUntilDue()).isZero();
    timer.advanceTimeBy(Duration.ofSeconds(5));
    quotas.rate(caller).took(1_000, 1);

    assertThat(ofASlowBody.nanosUntilDue()).isPositive();
  }

  @Test
  void ofQueriesThatHoldTooMuchTheOneThatHoldsTheMostIsEnded() {
    Quotas quotas = quotas(Kind.STATE, 100);
    Caller caller = caller("a", null);
    List<String> failed = new ArrayList<>();
    Asked small = quotas.ask(caller);
    Asked large = quotas.ask(caller);
    follow(small, 40, "small", failed);
    follow(large, 60, "large", failed);
    timer.advanceTimeBy(Duration.ofSeconds(5));
    assertThat(failed).isEmpty();
    assertRefused(Kind.STATE, () -> quotas.ask(caller));

    follow(small, 41, "small again", failed);
    timer.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(failed).containsExactly("large QUOTA_EXCEEDED state");
    large.close();
    quotas.ask(caller);
  }

  private static void follow(Asked asked, long bytes, String name, List<String> failed) {
    asked
        .until(() -> bytes, Flux.never())
        .subscribe(
            never -> {},
            failure -> {
              ProblemException ended = (ProblemException) failure;
              failed.add(name + " " + ended.problem().code() + " " + ended.problem().field());
            });
  }

  @Test
  void whereCallersAreNotToldApartNoQuotaIsTaken() {
    QuotaProperties properties = new QuotaProperties(null, null, null, 5L, null);
    assertThatThrownBy(() -> new QuotaConfiguration().defaultQuota(properties, Callers.OPEN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sluice.quota.queries")
        .hasMessageContaining("sluice.security.mode=open");
    assertThatThrownBy(() -> new QuotaProperties(0L, null, null, null, null).quota())
        .hasMessage("sluice.quota.events-per-second must be 1..1000000000: was 0");
  }
}
