package dev.sluice.gateway.quota;

import dev.sluice.gateway.security.Quota.Kind;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * What of one kind is due to somebody. It comes evenly; of what is not taken one second's is kept,
 * and what is taken beyond it is owed. Any thread.
 */
final class Due {
  private final Kind kind;
  private final long perSecond;
  private final Bucket bucket;

  /** What the last frame took; until there is one, nobody knows what another would take. */
  private volatile long last;

  Due(Kind kind, long perSecond, TimeMeter time) {
    this.kind = kind;
    this.perSecond = perSecond;
    this.last = perSecond;
    this.bucket =
        Bucket.builder()
            .addLimit(
                limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
            .withCustomTimePrecision(time)
            .build();
  }

  Kind kind() {
    return kind;
  }

  long perSecond() {
    return perSecond;
  }

  /** Nanoseconds until one is due; 0: now. */
  long nanosUntilNext() {
    return bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
  }

  /** Whether there is enough for so many frames like the last. */
  boolean isEnoughFor(long frames) {
    return bucket.getAvailableTokens() / frames >= last;
  }

  void take(long count) {
    if (count > 0) {
      last = count;
      bucket.consumeIgnoringRateLimits(count);
    }
  }

  /** Whether nothing was taken of late. */
  boolean isWhole() {
    return bucket.getAvailableTokens() == perSecond;
  }
}
