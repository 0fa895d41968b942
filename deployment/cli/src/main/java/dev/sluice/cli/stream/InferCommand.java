package dev.sluice.cli.stream;

import dev.sluice.cli.file.Csv;
import dev.sluice.cli.file.InputFile;
import dev.sluice.cli.gateway.CommandFailure;
import dev.sluice.cli.gateway.GatewayCommand;
import dev.sluice.cli.text.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "infer",
    description = {
      "Print a stream's definition, its field types read off a CSV file's head.",
      "",
      "All fields but key, time and id are nullable: an empty cell is null. Look it over before you"
          + " declare it."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class InferCommand extends GatewayCommand implements Runnable {
  private static final String TIMESTAMP = "TIMESTAMP";

  @Parameters(index = "0", paramLabel = "NAME", description = "The stream.")
  String name;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "A CSV file with a header row; .gz is unpacked, - is standard input.")
  String file;

  @Option(names = "--key", paramLabel = "FIELD", description = "What names the device.")
  @Nullable String key;

  @Option(
      names = "--time",
      paramLabel = "FIELD",
      description = "The event time (default: the only TIMESTAMP).")
  @Nullable String time;

  @Option(
      names = "--id",
      paramLabel = "FIELD",
      description = "With key and time it names an event, so that it counts once.")
  @Nullable String id;

  @Option(
      names = "--historical",
      description = "The event times are of the past: the clock has no part in the watermark.")
  boolean historical;

  @Option(
      names = "--rows",
      defaultValue = "10000",
      paramLabel = "N",
      description = "How many rows to look at; 0 is all (default: ${DEFAULT-VALUE}).")
  long rows;

  @Option(
      names = "--separator",
      defaultValue = ",",
      paramLabel = "CHARACTER",
      description = "Between cells (default: a comma).")
  char separator;

  @Option(names = "--declare", description = "Declare it, too.")
  boolean declare;

  @Override
  public void run() {
    PrintWriter out = out();
    String definition = Json.pretty(definition(columns()));
    out.println(definition);
    if (declare) {
      out.flush();
      DeclareCommand.declare(http(), name, definition, err());
    }
  }

  private List<Inference.Column> columns() {
    try (InputFile content = InputFile.open(file)) {
      return Inference.columns(new Csv(content, separator), rows);
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read " + file + ": " + e);
    } catch (Csv.CsvException e) {
      throw CommandFailure.usage(file + " " + e.getMessage());
    }
  }

  private Map<String, @Nullable Object> definition(List<Inference.Column> columns) {
    String eventTime = time != null ? time : onlyTimestamp(columns);
    List<Object> fields = new ArrayList<>();
    for (Inference.Column column : columns) {
      boolean isTime = column.name().equals(eventTime);
      boolean nullable = !isTime && !column.name().equals(key) && !column.name().equals(id);
      Map<String, Object> field = new LinkedHashMap<>();
      field.put("name", column.name());
      // Milliseconds look like a LONG; who names the field as the time knows better.
      field.put("type", isTime ? TIMESTAMP : column.type());
      if (nullable) {
        field.put("nullable", true);
      }
      fields.add(field);
    }
    Map<String, @Nullable Object> definition = new LinkedHashMap<>();
    definition.put("fields", fields);
    put(definition, columns, "key", key);
    put(definition, columns, "time", eventTime);
    put(definition, columns, "id", id);
    if (historical) {
      definition.put("historical", true);
    }
    return definition;
  }

  private static @Nullable String onlyTimestamp(List<Inference.Column> columns) {
    List<String> found =
        columns.stream()
            .filter(column -> column.type().equals(TIMESTAMP))
            .map(Inference.Column::name)
            .toList();
    return found.size() == 1 ? found.get(0) : null;
  }

  private void put(
      Map<String, @Nullable Object> definition,
      List<Inference.Column> columns,
      String role,
      @Nullable String field) {
    if (field == null) {
      return;
    }
    List<String> names = columns.stream().map(Inference.Column::name).toList();
    if (!names.contains(field)) {
      throw CommandFailure.usage(
          "--%s names no column of %s: was %s; it has %s"
              .formatted(role, file, field, String.join(", ", names)));
    }
    definition.put(role, field);
  }
}
