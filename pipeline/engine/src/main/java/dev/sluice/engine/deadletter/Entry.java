package dev.sluice.engine.deadletter;

/** Something that happened to a stream's dead letters, in the order of their topic. */
public sealed interface Entry permits Mark, Entry.Letter {
  long offset();

  /** One came. */
  record Letter(DeadLetter letter) implements Entry {
    @Override
    public long offset() {
      return letter.offset();
    }
  }
}
