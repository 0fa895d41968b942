package dev.sluice.standalone;

import dev.sluice.views.Pipeline;
import dev.sluice.views.PipelineSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The pipeline alone, until SIGINT or SIGTERM: any number of them share the views. */
@Command(
    name = "pipeline",
    description = {
      "Keeps views, together with all others that do, until Ctrl-C.",
      "Any of the settings can follow, as --sluice.views.some=value."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class PipelineCommand implements Callable<Integer> {
  @Option(
      names = {"--kafka", "--kafka.bootstrap-servers", "--sluice.kafka.bootstrap-servers"},
      paramLabel = "HOST:PORT,...",
      required = true,
      description = "The Kafka that the gateways have.")
  private String kafka;

  @Option(
      names = {"--postgres", "--postgres.url", "--sluice.postgres.url"},
      paramLabel = "URL",
      required = true,
      description = "The PostgreSQL that they have: postgresql://user:password@host:port/database.")
  private String postgres;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "What it says of itself (default: sluice-pipeline-PID.log, with the temporary files).")
  private Path log =
      Path.of(
          System.getProperty("java.io.tmpdir"),
          "sluice-pipeline-" + ProcessHandle.current().pid() + ".log");

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets them before it runs the command.
  PipelineCommand() {}

  @Override
  public Integer call() throws Exception {
    // Read by logback.xml: set before the first logger is made, which reading settings does.
    System.setProperty("sluice.log", log.toString());
    PipelineSettings settings =
        ViewsProperties.read(kafka, postgres, Options.settings(spec.commandLine()));
    Parts parts = new Parts();
    Runtime.getRuntime().addShutdownHook(new Thread(parts::close, "stop"));
    PrintWriter out = spec.commandLine().getOut();
    try {
      parts.start("pipeline", () -> Pipeline.start(settings));
    } catch (Exception e) {
      parts.close();
      throw e;
    }
    out.println("the pipeline runs");
    out.flush();
    new CountDownLatch(1).await();
    return 0;
  }
}
