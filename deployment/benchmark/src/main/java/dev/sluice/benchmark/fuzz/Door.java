package dev.sluice.benchmark.fuzz;

/** A way to speak to the gateway. Belongs to one thread. */
interface Door extends AutoCloseable {
  /**
   * Makes one input, sends it, and waits for what comes of it.
   *
   * @throws NoAnswer the gateway owed one
   */
  Answer send(Mutator mutator) throws Exception;

  @Override
  default void close() {}

  /** Nothing came, though something is always due. */
  final class NoAnswer extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswer(String sent, Throwable cause) {
      super("no answer: " + cause + " to " + Answer.shown(sent), cause);
    }
  }
}
