package dev.sluice.gateway.quota;

import dev.sluice.engine.flow.Flow;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Quota;
import dev.sluice.gateway.security.Quota.Kind;
import io.github.bucket4j.TimeMeter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * What all callers have of their quotas, in this gateway. All tokens of one subject, device and
 * quota have it in common. Any thread.
 */
public final class Quotas implements AutoCloseable {
  private final Quota defaults;
  private final TimeMeter time;
  private final Refusals refusals = new Refusals();
  private final Map<Key, Allowance> allowances = new ConcurrentHashMap<>();
  private final Disposable looking;

  private record Key(String subject, @Nullable String device, Quota quota) {}

  /**
   * @param defaults of what a caller's own quota says nothing of
   * @param timer once a second of which it looks at what queries hold
   */
  Quotas(Quota defaults, TimeMeter time, Scheduler timer, Flow flow) {
    this.defaults = defaults;
    this.time = time;
    refusals.show(flow, this::callers);
    looking = timer.schedulePeriodically(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** How fast the caller may send. */
  public Rate rate(Caller caller) {
    Quota quota = caller.quota().or(defaults);
    boolean isBounded = quota.limit(Kind.EVENTS) != null || quota.limit(Kind.BYTES) != null;
    return isBounded ? new Rate(this, caller) : Rate.UNBOUNDED;
  }

  /** What is due to the caller, who has not been forgotten then. */
  <T> T due(Caller caller, Function<Dues, T> taking) {
    return taken(caller, allowance -> taking.apply(allowance.dues()));
  }

  /** Callers of whom something is kept. */
  int callers() {
    return allowances.size();
  }

  /**
   * A connection of the caller's.
   *
   * @throws dev.sluice.model.problem.ProblemException QUOTA_EXCEEDED
   */
  public Held connect(Caller caller) {
    return isUnbounded(caller) ? Held.NONE : taken(caller, Allowance::connect);
  }

  /**
   * A query of the caller's.
   *
   * @throws dev.sluice.model.problem.ProblemException QUOTA_EXCEEDED
   */
  public Asked ask(Caller caller) {
    return isUnbounded(caller) ? Asked.UNBOUNDED : taken(caller, Allowance::ask);
  }

  private boolean isUnbounded(Caller caller) {
    return caller.quota().limits().isEmpty() && defaults.limits().isEmpty();
  }

  /** Taken while it cannot be forgotten. */
  private <T> T taken(Caller caller, Function<Allowance, T> take) {
    Quota quota = caller.quota().or(defaults);
    AtomicReference<T> taken = new AtomicReference<>();
    allowances.compute(
        new Key(caller.subject(), caller.device(), quota),
        (key, known) -> {
          Allowance allowance = known == null ? new Allowance(quota, time, refusals) : known;
          taken.set(take.apply(allowance));
          return allowance;
        });
    return Objects.requireNonNull(taken.get());
  }

  private void look() {
    for (Map.Entry<Key, Allowance> entry : allowances.entrySet()) {
      entry.getValue().boundState();
      allowances.computeIfPresent(
          entry.getKey(), (key, allowance) -> allowance.isAsNew() ? null : allowance);
    }
  }

  @Override
  public void close() {
    looking.dispose();
  }
}
