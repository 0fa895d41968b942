package dev.sluice.gateway.quota;

import dev.sluice.gateway.security.Quota;
import dev.sluice.gateway.security.Quota.Kind;
import dev.sluice.model.problem.Problem;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** What is due to one caller, of events and of bytes. Any thread. */
final class Dues {
  private final List<Due> dues;
  private final Refusals refusals;

  private Dues(List<Due> dues, Refusals refusals) {
    this.dues = dues;
    this.refusals = refusals;
  }

  static Dues of(Quota quota, TimeMeter time, Refusals refusals) {
    List<Due> dues = new ArrayList<>(2);
    for (Kind kind : List.of(Kind.EVENTS, Kind.BYTES)) {
      Long perSecond = quota.limit(kind);
      if (perSecond != null) {
        dues.add(new Due(kind, perSecond, time));
      }
    }
    return new Dues(List.copyOf(dues), refusals);
  }

  /** Nanoseconds until a frame may come; 0: now. */
  long nanosUntilDue() {
    long nanos = 0;
    for (Due due : dues) {
      nanos = Math.max(nanos, due.nanosUntilNext());
    }
    return nanos;
  }

  /** Seconds until a frame may come, 1 or more. */
  long secondsUntilDue() {
    return Math.max(1, Duration.ofNanos(nanosUntilDue()).plusNanos(999_999_999).toSeconds());
  }

  /**
   * Whether so many frames may come at once, each of the size of the last.
   *
   * @param frames 1 or more
   */
  boolean allows(long frames) {
    for (Due due : dues) {
      if (!due.isEnoughFor(frames)) {
        return false;
      }
    }
    return true;
  }

  /** A frame was taken. */
  void took(long events, long bytes) {
    for (Due due : dues) {
      due.take(due.kind() == Kind.EVENTS ? events : bytes);
    }
  }

  /** A frame came before one was due. */
  Problem refuse() {
    Due scarce = Collections.max(dues, Comparator.comparingLong(Due::nanosUntilNext));
    return refusals.refuse(
        scarce.kind(),
        scarce.perSecond(),
        "send the same again in "
            + secondsUntilDue()
            + " s; request-channel and WebSocket say when to send");
  }

  /** Whether nothing was taken of late. */
  boolean isWhole() {
    for (Due due : dues) {
      if (!due.isWhole()) {
        return false;
      }
    }
    return true;
  }
}
