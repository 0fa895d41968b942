package dev.sluice.standalone;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** A part that runs in a process of its own, and where it finds what it needs. */
final class Apart {
  @Spec(Target.MIXEE)
  @Nullable CommandSpec command;

  @Option(
      names = {"--kafka", "--kafka.bootstrap-servers", "--sluice.kafka.bootstrap-servers"},
      paramLabel = "HOST:PORT,...",
      required = true,
      description = "The Kafka that all gateways and pipelines have.")
  String kafka = "";

  @Option(
      names = {"--postgres", "--postgres.url", "--sluice.postgres.url"},
      paramLabel = "URL",
      required = true,
      description =
          "The PostgreSQL that they have: postgresql://user:password@host:port/database. Waited for"
              + " while it is away.")
  String postgres = "";

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "What it says of itself (default: sluice-COMMAND-PID.log, with the temporary files).")
  @Nullable Path log;

  /**
   * Starts the part, and runs until SIGINT or SIGTERM.
   *
   * @param started what is said once it runs
   */
  <T extends AutoCloseable> int untilStopped(Callable<T> start, Function<T, String> started)
      throws Exception {
    Parts parts = new Parts();
    Runtime.getRuntime().addShutdownHook(new Thread(parts::close, "stop"));
    PrintWriter out = spec().commandLine().getOut();
    try {
      T part = parts.startPatiently(spec().name(), start);
      out.println(started.apply(part));
      out.flush();
    } catch (Exception e) {
      if (parts.isStopping()) {
        // A signal came before it was ready: no failure.
        new CountDownLatch(1).await();
      }
      parts.close();
      throw e;
    }
    new CountDownLatch(1).await();
    return 0;
  }

  /** Read by logback.xml: set before the first logger is made, which reading settings does. */
  void openLog() {
    Path file =
        log != null
            ? log
            : Path.of(
                System.getProperty("java.io.tmpdir"),
                "sluice-%s-%d.log".formatted(spec().name(), ProcessHandle.current().pid()));
    System.setProperty("sluice.log", file.toString());
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(command);
  }
}
