package dev.sluice.gateway.quota;

import dev.sluice.gateway.security.Caller;
import dev.sluice.model.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * How fast a caller may send, on all connections together. How many events a frame has is known
 * when it was read. So it is taken whole as soon as anything is due, and nothing more is due until
 * it is made up for.
 *
 * <p>It may be held for as long as a body takes to come: what is due is looked up each time, as it
 * may have been forgotten meanwhile, and somebody else may have begun to owe. Any thread.
 */
public final class Rate {
  /** That of who may send as fast as it goes. */
  public static final Rate UNBOUNDED = new Rate(null, Caller.ANYONE);

  private final @Nullable Quotas quotas;
  private final Caller caller;

  /**
   * @param quotas null: it is not bounded
   */
  Rate(@Nullable Quotas quotas, Caller caller) {
    this.quotas = quotas;
    this.caller = caller;
  }

  /** Nanoseconds until a frame may come; 0: now. */
  public long nanosUntilDue() {
    return quotas == null ? 0 : quotas.due(caller, Dues::nanosUntilDue);
  }

  /** Seconds until a frame may come, 1 or more. */
  public long secondsUntilDue() {
    return quotas == null ? 1 : quotas.due(caller, Dues::secondsUntilDue);
  }

  /**
   * Whether so many frames may come at once, each of the size of the last.
   *
   * @param frames 1 or more
   */
  public boolean allows(long frames) {
    return quotas == null || quotas.due(caller, dues -> dues.allows(frames));
  }

  /** A frame was taken. */
  public void took(long events, long bytes) {
    if (quotas != null) {
      var unused =
          quotas.due(
              caller,
              dues -> {
                dues.took(events, bytes);
                return true;
              });
    }
  }

  /** A frame came before one was due. */
  public Problem refuse() {
    if (quotas == null) {
      throw new IllegalStateException("it is not bounded");
    }
    return quotas.due(caller, Dues::refuse);
  }
}
