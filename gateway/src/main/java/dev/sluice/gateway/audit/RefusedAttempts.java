package dev.sluice.gateway.audit;

import dev.sluice.engine.catalog.Author;
import dev.sluice.gateway.own.OwnEvent;
import dev.sluice.gateway.own.OwnStreams;
import dev.sluice.gateway.own.OwnWriter;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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

  private double allowed = AT_ONCE;
  private long lastMillis;
  private long leftOut;

  RefusedAttempts(@Qualifier(OwnStreams.AUDIT) OwnWriter writer, Clock clock) {
    this.writer = writer;
    this.clock = clock;
    lastMillis = clock.millis();
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
    long untold;
    synchronized (this) {
      long now = clock.millis();
      allowed = Math.min(AT_ONCE, allowed + Math.max(0, now - lastMillis) * A_SECOND / 1_000.0);
      lastMillis = now;
      if (allowed < 1) {
        leftOut++;
        return;
      }
      allowed--;
      untold = leftOut;
      leftOut = 0;
    }
    if (!writer.offer(event(author, action, what, status, untold), false)) {
      synchronized (this) {
        leftOut += untold + 1;
      }
    }
  }

  private OwnEvent event(Author author, String action, String what, int status, long untold) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("ts", clock.instant());
    values.put("id", UUID.randomUUID().toString());
    values.put("subject", author.subject());
    values.put("face", author.face());
    values.put("address", author.address());
    values.put("action", action.toLowerCase(Locale.ROOT));
    values.put("kind", "refused");
    values.put(
        "name", what.length() <= MOST_CHARACTERS ? what : what.substring(0, MOST_CHARACTERS) + "…");
    values.put("outcome", Integer.toString(status));
    values.put("left_out", untold);
    return new OwnEvent(values);
  }
}
