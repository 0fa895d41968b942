package dev.sluice.gateway.audit;

import dev.sluice.engine.catalog.AuditRecord.Change;
import dev.sluice.engine.catalog.Author;
import dev.sluice.gateway.own.OwnEvent;
import dev.sluice.gateway.own.OwnStreams;
import dev.sluice.gateway.own.OwnWriter;
import io.github.bucket4j.Bucket;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * What was asked for and may not be. At most ten a second are told, a hundred at once: whoever
 * tries a million doors fills nobody's log. Usable on any thread.
 */
@Component
public class RefusedAttempts {
  /** The subject of who was not let in. */
  public static final String NOT_LET_IN = "unknown";

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int A_SECOND = 10;
  private static final int AT_ONCE = 100;
  private static final int MOST_CHARACTERS = 200;

  private final OwnWriter writer;
  private final Clock clock;
  private final Bucket allowed =
      Bucket.builder()
          .addLimit(limit -> limit.capacity(AT_ONCE).refillGreedy(A_SECOND, Duration.ofSeconds(1)))
          .build();
  private final AtomicLong leftOut = new AtomicLong();

  RefusedAttempts(@Qualifier(OwnStreams.AUDIT) OwnWriter writer, Clock clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /**
   * Tells one, if it was refused.
   *
   * @param action what was to be done: a method, a kind of request
   * @param what it was to be done to: a path, a route
   * @param status of the answer; other than 401 and 403 it was no refusal
   */
  public void tell(Author author, String action, String what, int status) {
    if (status != UNAUTHORIZED && status != FORBIDDEN) {
      return;
    }
    if (!allowed.tryConsume(1)) {
      leftOut.incrementAndGet();
      return;
    }
    long untold = leftOut.getAndSet(0);
    if (!writer.offer(event(author, action, what, status, untold), false)) {
      leftOut.addAndGet(untold + 1);
    }
  }

  private OwnEvent event(Author author, String action, String what, int status, long untold) {
    String name =
        what.length() <= MOST_CHARACTERS ? what : what.substring(0, MOST_CHARACTERS) + "…";
    Change refused =
        new Change(
            action.toLowerCase(Locale.ROOT), "refused", name, Integer.toString(status), null, null);
    return AuditEvents.of(AuditEvents.now(clock, author, refused), untold);
  }
}
