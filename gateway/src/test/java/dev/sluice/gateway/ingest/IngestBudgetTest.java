package dev.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.flow.Flow;
import dev.sluice.gateway.ingest.IngestBudget.Reservation;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class IngestBudgetTest {
  private static final Duration WAIT = Duration.ofSeconds(5);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final IngestBudget budget = new IngestBudget(100, 2, WAIT, time, new Flow(meters));

  @Test
  void givesNoMoreThanThereIs() {
    Reservation first = reserve(60);
    assertThat(budget.tryReserve(41)).isNull();
    Reservation second = reserve(40);
    assertThat(second.resize(41)).isFalse();
    assertThat(second.resize(10)).isTrue();
    assertThat(budget.used()).isEqualTo(70);
    first.letGo();
    first.letGo();
    second.letGo();
    assertThat(budget.used()).isZero();
  }

  @Test
  void keepsAQuarterForFramesThatAreHere() {
    assertThat(budget.tryGrant(76)).isFalse();
    assertThat(budget.tryGrant(75)).isTrue();
    assertThat(budget.tryGrant(1)).isFalse();
    assertThat(reserve(25).bytes()).isEqualTo(25);
  }

  @Test
  void waitersAreServedInTheirOrderAndBeforeGrants() {
    Reservation all = reserve(100);
    List<Integer> served = new ArrayList<>();
    budget.reserve(50).subscribe(room -> served.add(1));
    budget.reserve(10).subscribe(room -> served.add(2));
    assertThat(all.resize(60)).isTrue();
    assertThat(served).isEmpty();
    assertThat(budget.tryGrant(1)).isFalse();
    assertThat(all.resize(45)).isTrue();
    assertThat(served).containsExactly(1);
    all.letGo();
    assertThat(served).containsExactly(1, 2);
    assertThat(meters.get("sluice.buffer.waited").functionCounter().count()).isEqualTo(2);
  }

  @Test
  void whoGoesWhileItIsServedLeavesNothingBehind() {
    Reservation all = reserve(100);
    Disposable.Swap second = Disposables.swap();
    // It is served with the first, and goes before it is told.
    budget.reserve(40).subscribe(room -> second.dispose());
    second.update(budget.reserve(40).subscribe());
    all.letGo();
    assertThat(budget.used()).isEqualTo(40);
  }

  @Test
  void whoeverWaitsInVainIsOverloaded() {
    reserve(100);
    StepVerifier.create(budget.reserve(1))
        .then(() -> time.advanceTimeBy(WAIT))
        .expectErrorMatches(IngestBudgetTest::isOverloaded)
        .verify(WAIT);
    assertThat(
            meters.get("sluice.buffer.dropped").tag("buffer", "ingest").functionCounter().count())
        .isEqualTo(1);
  }

  @Test
  void onlySoManyWait() {
    reserve(100);
    budget.reserve(1).subscribe();
    budget.reserve(1).subscribe();
    StepVerifier.create(budget.reserve(1))
        .expectErrorMatches(IngestBudgetTest::isOverloaded)
        .verify(WAIT);
  }

  @Test
  void whoeverStopsWaitingHoldsNothing() {
    Reservation all = reserve(100);
    Disposable waiter = budget.reserve(50).subscribe();
    waiter.dispose();
    all.letGo();
    assertThat(budget.used()).isZero();
  }

  @Property
  void usedIsTheSumOfWhatIsHeld(@ForAll @Size(max = 60) List<@IntRange(max = 160) Integer> steps) {
    IngestBudget any = new IngestBudget(100, 2, WAIT, time, new Flow(new SimpleMeterRegistry()));
    List<Reservation> held = new ArrayList<>();
    for (int step : steps) {
      if (step <= 80) {
        Reservation taken = any.tryReserve(step);
        if (taken != null) {
          held.add(taken);
        }
      } else if (!held.isEmpty() && step <= 120) {
        held.get(step % held.size()).resize(step - 80);
      } else if (!held.isEmpty()) {
        held.remove(step % held.size()).letGo();
      }
      assertThat(any.used())
          .isEqualTo(held.stream().mapToLong(Reservation::bytes).sum())
          .isLessThanOrEqualTo(100);
    }
  }

  private Reservation reserve(long bytes) {
    return Objects.requireNonNull(budget.tryReserve(bytes));
  }

  private static boolean isOverloaded(Throwable error) {
    return error instanceof ProblemException problem
        && problem.problem().code() == ProblemCode.OVERLOADED;
  }
}
