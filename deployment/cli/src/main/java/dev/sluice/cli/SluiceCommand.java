package dev.sluice.cli;

import dev.sluice.cli.gateway.CommandFailure;
import dev.sluice.cli.gateway.ExitCode;
import dev.sluice.cli.queries.QueriesCommand;
import dev.sluice.cli.query.QueryCommand;
import dev.sluice.cli.send.SendCommand;
import dev.sluice.cli.stream.StreamCommand;
import dev.sluice.cli.token.TokenCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code sluice}. */
@Command(
    name = "sluice",
    description = "Stream device data in, ask questions in SQL, get live answers.",
    subcommands = {
      LauncherCommands.Demo.class,
      LauncherCommands.Up.class,
      LauncherCommands.Gateway.class,
      LauncherCommands.Pipeline.class,
      StreamCommand.class,
      SendCommand.class,
      QueryCommand.class,
      QueriesCommand.class,
      TokenCommand.class,
      VersionCommand.class
    },
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      ExitCode.OK + ":done",
      ExitCode.REFUSED + ":the gateway refused, or rejected events",
      ExitCode.USAGE + ":the command line, or a file that it names, is wrong",
      ExitCode.UNREACHABLE + ":the gateway cannot be reached, or the connection was lost",
    })
public final class SluiceCommand implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  @Spec CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  SluiceCommand() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = run(out, err, args);
    out.flush();
    System.exit(exitCode);
  }

  /** Runs a command. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new SluiceCommand());
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(SluiceCommand::failed);
    return line.execute(args);
  }

  private static int failed(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
    if (failure instanceof CommandFailure said) {
      command.getOut().flush();
      command.getErr().println("sluice: " + said.getMessage());
      return said.exitCode();
    }
    throw failure;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
