package dev.sluice.cli.gateway;

/** Ends a command with a message and an exit code; no stack trace is shown. */
public final class CommandFailure extends RuntimeException {
  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The command line, or a file that it names, is wrong. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }

  /** The gateway refused. */
  public static CommandFailure refused(String message) {
    return new CommandFailure(ExitCode.REFUSED, message);
  }

  /** The gateway cannot be reached, or the connection was lost. */
  public static CommandFailure unreachable(String message) {
    return new CommandFailure(ExitCode.UNREACHABLE, message);
  }

  /** See {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
