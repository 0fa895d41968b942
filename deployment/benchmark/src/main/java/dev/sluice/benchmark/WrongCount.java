package dev.sluice.benchmark;

import java.io.Serial;

/** The work was not done: its speed means nothing. */
final class WrongCount extends Exception {
  @Serial private static final long serialVersionUID = 1;

  WrongCount(String message) {
    super(message);
  }

  static void check(String what, long expected, long actual) throws WrongCount {
    if (expected != actual) {
      throw new WrongCount(what + " must be " + expected + ": was " + actual);
    }
  }
}
