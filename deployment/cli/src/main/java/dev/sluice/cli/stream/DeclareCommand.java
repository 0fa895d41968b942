package dev.sluice.cli.stream;

import dev.sluice.cli.gateway.CommandFailure;
import dev.sluice.cli.gateway.GatewayCommand;
import dev.sluice.cli.gateway.GatewayHttp;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "declare",
    description = {
      "Declare a stream from its definition as JSON; saying the same again changes nothing.",
      "",
      "The definition: {\"fields\": [{\"name\": \"device\", \"type\": \"STRING\"}, …], \"key\": …, \"time\": …,"
          + " \"id\": …, \"lateness\": \"PT5S\", \"partitions\": 6, \"retention\": \"P7D\"}."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class DeclareCommand extends GatewayCommand implements Runnable {
  private static final int CREATED = 201;

  @Parameters(paramLabel = "NAME", description = "The stream.")
  String name;

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "The definition; - is standard input.")
  String file;

  @Override
  public void run() {
    declare(http(), name, read(file), out());
  }

  static void declare(GatewayHttp http, String name, String definition, PrintWriter out) {
    GatewayHttp.Answer answer = http.put(streamPath(name), definition);
    out.println(answer.status() == CREATED ? "declared " + name : name + " is as defined");
  }

  private static String read(String file) {
    try {
      return file.equals("-")
          ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
          : Files.readString(Path.of(file));
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read " + file + ": " + e);
    }
  }
}
