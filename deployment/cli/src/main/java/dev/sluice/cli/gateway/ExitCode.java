package dev.sluice.cli.gateway;

/** What a command's exit code means. */
public final class ExitCode {
  /** It did what it was asked to do. */
  public static final int OK = 0;

  /** The gateway refused, or rejected events. */
  public static final int REFUSED = 1;

  /** The command line, or a file that it names, is wrong. */
  public static final int USAGE = 2;

  /** The gateway cannot be reached, or the connection was lost. */
  public static final int UNREACHABLE = 3;

  private ExitCode() {}
}
