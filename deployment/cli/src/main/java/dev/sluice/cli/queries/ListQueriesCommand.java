package dev.sluice.cli.queries;

import dev.sluice.cli.gateway.GatewayCommand;
import dev.sluice.cli.text.Json;
import dev.sluice.cli.text.Terminal;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
    name = "list",
    description =
        "List what runs, a line for each computation: id, state, records behind, subscribers, rows"
            + " a second, SQL.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class ListQueriesCommand extends GatewayCommand implements Runnable {

  @Override
  public void run() {
    Map<String, @Nullable Object> body = Json.object(http().get("/v1/queries").body());
    PrintWriter out = out();
    for (Object shown : Json.list(body.get("queries"))) {
      Map<String, @Nullable Object> query = Json.object(shown);
      for (Object computation : Json.list(query.get("computations"))) {
        out.println(line(query, Json.object(computation)));
      }
    }
  }

  private static String line(
      Map<String, @Nullable Object> query, Map<String, @Nullable Object> computation) {
    String lag = Json.text(computation, "lag-events");
    String sql = Json.text(query, "sql");
    return Terminal.harmless(
        "%-12s  %-11s %10s behind %6s subscribers %10s rows/s  %s"
            .formatted(
                Json.text(query, "id"),
                Json.text(computation, "state"),
                lag == null ? "?" : lag,
                Json.text(computation, "subscribers"),
                Json.text(computation, "rows-per-second"),
                sql == null ? "" : sql.replaceAll("\\s+", " ")));
  }
}
