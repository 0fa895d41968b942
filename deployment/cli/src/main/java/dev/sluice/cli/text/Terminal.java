package dev.sluice.cli.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What is at the other end of this process's output. */
public final class Terminal {
  /** What a terminal has if it does not say (DEC VT100). */
  private static final Size USUAL = new Size(24, 80);

  private static final int LEAST = 4;
  private static final int ANSWER_SECONDS = 2;

  private Terminal() {}

  /** In characters. */
  public record Size(int rows, int columns) {}

  /** Whether standard output is a terminal, and not a file or a pipe. */
  public static boolean isOutput() {
    return isTerminal(1);
  }

  /** Whether standard error is a terminal. */
  public static boolean isError() {
    return isTerminal(2);
  }

  /** {@code System.console()} says this of input and output together; {@code test} of each. */
  private static boolean isTerminal(int descriptor) {
    try {
      Process test = new ProcessBuilder("test", "-t", "" + descriptor).inheritIO().start();
      return test.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS) && test.exitValue() == 0;
    } catch (IOException e) {
      return System.console() != null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The terminal's size now. */
  public static Size size() {
    try {
      Process stty = new ProcessBuilder("sh", "-c", "stty size </dev/tty 2>/dev/null").start();
      try (InputStream answer = stty.getInputStream()) {
        String[] size =
            new String(answer.readAllBytes(), StandardCharsets.US_ASCII).trim().split(" ", -1);
        return size.length == 2
            ? new Size(
                Math.max(LEAST, Integer.parseInt(size[0])),
                Math.max(LEAST, Integer.parseInt(size[1])))
            : USUAL;
      }
    } catch (IOException | NumberFormatException e) {
      return USUAL;
    }
  }

  /** The text without what a terminal would take as a command: data must not move the cursor. */
  public static String harmless(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> shown.appendCodePoint(Character.isISOControl(point) ? '·' : point));
    return shown.toString();
  }
}
