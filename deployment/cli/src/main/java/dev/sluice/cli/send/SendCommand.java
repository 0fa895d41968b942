package dev.sluice.cli.send;

import dev.sluice.cli.file.Csv;
import dev.sluice.cli.file.Csv.CsvException;
import dev.sluice.cli.file.InputFile;
import dev.sluice.cli.file.Times;
import dev.sluice.cli.gateway.CommandFailure;
import dev.sluice.cli.gateway.ExitCode;
import dev.sluice.cli.gateway.GatewayCommand;
import dev.sluice.cli.gateway.GatewayHttp;
import dev.sluice.cli.text.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice send}. */
@Command(
    name = "send",
    description = {
      "Send a CSV or NDJSON file into a stream, over RSocket, and say what became of each event.",
      "",
      "A CSV file's first line names the fields; its cells are converted to the fields' types: a time"
          + " may be ISO 8601 (UTC if it names no zone) or milliseconds of the epoch, an empty cell"
          + " is null, and empty quotes are the empty string. At the end the watermark is set to the"
          + " greatest event time that was stored, so that the windows before it close."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
public final class SendCommand extends GatewayCommand implements Callable<Integer> {
  private static final int MOST_PORT = 65_535;

  @Parameters(index = "0", paramLabel = "STREAM", description = "The stream.")
  String stream;

  @Parameters(
      index = "1",
      arity = "0..1",
      defaultValue = InputFile.STANDARD_INPUT,
      paramLabel = "FILE",
      description = "The file; .gz is unpacked, - is standard input (default: standard input).")
  String file;

  @Option(
      names = "--format",
      paramLabel = "csv|ndjson",
      description = "How the file is written (default: by its name, else by its first character).")
  InputFile.@Nullable Format format;

  @Option(
      names = "--separator",
      defaultValue = ",",
      paramLabel = "CHARACTER",
      description = "Between a CSV file's cells (default: a comma).")
  char separator;

  @Option(names = "--no-watermark", description = "Do not set the watermark at the end.")
  boolean noWatermark;

  @Option(
      names = "--rsocket",
      paramLabel = "[HOST:]PORT",
      defaultValue = "${env:SLUICE_RSOCKET:-7878}",
      description =
          "The gateway's RSocket port (default: $SLUICE_RSOCKET, else 7878 at the host of --url).")
  String rsocket;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long to go on without a connection; what was not acknowledged is sent again"
              + " (default: ${DEFAULT-VALUE}).")
  int patience;

  @Override
  public Integer call() {
    int colon = rsocket.lastIndexOf(':');
    String host = colon < 0 ? http().host() : rsocket.substring(0, colon);
    int port = port(rsocket.substring(colon + 1));
    if (patience < 1) {
      throw CommandFailure.usage("--patience must be 1 or more seconds: was " + patience);
    }
    GatewayHttp http = http();
    String path = streamPath(stream);
    Target target = Target.read(http.get(path).body());
    Tally tally = new Tally();
    PrintWriter err = err();
    Sender sender =
        new Sender(
            http,
            host,
            port,
            stream,
            Duration.ofSeconds(patience),
            why -> err.println("sluice: " + why));
    send(sender, target, tally);
    tally.firstRejections().forEach(err::println);
    out().println(tally);
    if (!noWatermark && target.time() != null && tally.greatestTime() != Times.NONE) {
      Instant watermark = watermark(target, tally);
      http.post(path + "/watermark", "{\"watermark\":\"" + watermark + "\"}");
      out().println("watermark " + watermark);
    }
    return tally.rejected() == 0 ? ExitCode.OK : ExitCode.REFUSED;
  }

  /** A live stream's watermark cannot be ahead of the clock, though an event can, a little. */
  private static Instant watermark(Target target, Tally tally) {
    Instant greatest = Instant.ofEpochMilli(tally.greatestTime());
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return target.historical() || greatest.isBefore(now) ? greatest : now;
  }

  private void send(Sender sender, Target target, Tally tally) {
    try (InputFile content = InputFile.open(file)) {
      EventSource source =
          (format == null ? content.format() : format) == InputFile.Format.CSV
              ? new CsvEvents(new Csv(content, separator), target)
              : new NdjsonEvents(content, target.time());
      if (!Terminal.isError()) {
        sender.send(source, tally);
        return;
      }
      Progress progress = new Progress(err(), content, tally);
      try {
        sender.send(source, tally);
      } finally {
        progress.dispose();
      }
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read " + file + ": " + e);
    } catch (CsvException e) {
      throw CommandFailure.usage(file + " " + e.getMessage());
    }
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= MOST_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Told below, as what is out of range.
    }
    throw CommandFailure.usage("--rsocket must be a port of 1..65535: was " + text);
  }
}
