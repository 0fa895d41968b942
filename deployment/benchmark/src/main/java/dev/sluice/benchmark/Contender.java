package dev.sluice.benchmark;

import java.util.Map;

/** Someone who does the same work as the others, round after round. */
interface Contender {
  String name();

  /**
   * Does it once, and checks that it was done.
   *
   * @param number of the round, from 0, warm-ups included
   * @return the figures of the round by their names: those of all contenders, and its own
   * @throws WrongCount what came out is not what went in
   */
  Map<String, Double> round(int number) throws Exception;

  /** One that does what is said. */
  static Contender of(String name, Rounds rounds) {
    return new Contender() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Map<String, Double> round(int number) throws Exception {
        return rounds.round(number);
      }
    };
  }

  /** As {@link #round}. */
  interface Rounds {
    Map<String, Double> round(int number) throws Exception;
  }
}
