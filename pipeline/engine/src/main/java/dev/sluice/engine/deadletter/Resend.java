package dev.sluice.engine.deadletter;

import dev.sluice.engine.deadletter.DeadLetter.Reason;
import dev.sluice.engine.log.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the one way in says of a letter now: the event's record, or why it is none still. One of
 * them is null.
 */
public record Resend(@Nullable LogRecord event, @Nullable Reason reason) {

  public static Resend taken(LogRecord event) {
    return new Resend(event, null);
  }

  public static Resend rejected(Reason reason) {
    return new Resend(null, reason);
  }
}
