package dev.sluice.engine.query;

import org.jspecify.annotations.Nullable;

/** An event that says where its subscriber is after it. */
interface Told extends QueryEvent {

  /** The token after it; null if nothing is known yet. */
  @Nullable String token();

  /** The same with so many of its rows, the first. */
  Told first(int rows);
}
