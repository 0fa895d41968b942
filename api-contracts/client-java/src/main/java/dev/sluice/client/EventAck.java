package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * What became of an event: it is stored, or it is rejected, for good.
 *
 * @param event the event's place in what was handed to {@code send}, from 0; acks need not come in
 *     that order
 * @param rejection null if the event is stored
 */
public record EventAck(long event, @Nullable Rejection rejection) {
  /** Whether the event is stored. */
  public boolean accepted() {
    return rejection == null;
  }
}
