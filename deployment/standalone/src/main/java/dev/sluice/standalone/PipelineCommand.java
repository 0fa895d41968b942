package dev.sluice.standalone;

import dev.sluice.views.Pipeline;
import dev.sluice.views.PipelineSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
  @Mixin private Apart apart;
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets them before it runs the command.
  PipelineCommand() {}

  @Override
  public Integer call() throws Exception {
    apart.openLog();
    PipelineSettings settings =
        ViewsProperties.read(apart.kafka, apart.postgres, Options.settings(spec.commandLine()));
    return apart.untilStopped(() -> Pipeline.start(settings), pipeline -> "the pipeline runs");
  }
}
