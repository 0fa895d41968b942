package dev.sluice.engine.tail;

/** Somebody who takes a ring's batches one after the other. */
public interface Follower {
  /** Says that there are new batches. On the tail's thread: it must not wait. */
  void wake();

  /** Number of the batch that it takes next; -1 while it takes none. Any thread. */
  long place();
}
