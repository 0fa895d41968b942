package dev.sluice.cli.stream;

import dev.sluice.cli.gateway.GatewayCommand;
import dev.sluice.cli.text.Json;
import dev.sluice.cli.text.Terminal;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(name = "list", description = "List the streams: name, partitions, fields.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class ListCommand extends GatewayCommand implements Runnable {

  @Override
  public void run() {
    Object body = Json.read(http().get("/v1/streams").body());
    Object streams = body instanceof Map ? Json.object(body).get("streams") : body;
    PrintWriter out = out();
    for (Object stream : Json.list(streams)) {
      out.println(line(Json.object(stream)));
    }
  }

  private static String line(Map<String, @Nullable Object> stream) {
    String fields =
        Json.list(stream.get("fields")).stream()
            .map(Json::object)
            .map(field -> Json.text(field, "name") + " " + Json.text(field, "type"))
            .collect(Collectors.joining(", "));
    return Terminal.harmless(
        "%-24s %3s partitions  %s"
            .formatted(Json.text(stream, "name"), Json.text(stream, "partitions"), fields));
  }
}
