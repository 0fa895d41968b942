package dev.sluice.standalone;

import dev.sluice.embedded.EmbeddedServerException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Failures as one line on standard error; the log file has the rest. */
final class OneLine {
  static final int CANNOT_START = 2;

  private OneLine() {}

  static int wrongUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    print(
        command, e.getMessage() + "; see " + command.getCommandSpec().qualifiedName() + " --help");
    return CANNOT_START;
  }

  static int failure(Exception e, CommandLine command, ParseResult parsed) {
    print(command, message(e));
    return CANNOT_START;
  }

  /** The message of ours where there is one, else the root's: there the vendor says what it is. */
  static String message(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof EmbeddedServerException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String text = cause.getMessage();
    return text == null || text.isBlank() ? cause.getClass().getName() : firstLine(text);
  }

  private static void print(CommandLine command, String message) {
    command.getErr().println("sluice: " + firstLine(message));
    command.getErr().flush();
  }

  private static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("");
  }
}
