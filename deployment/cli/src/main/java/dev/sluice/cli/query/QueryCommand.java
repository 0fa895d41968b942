package dev.sluice.cli.query;

import dev.sluice.cli.gateway.CommandFailure;
import dev.sluice.cli.gateway.GatewayCommand;
import dev.sluice.cli.gateway.GatewayHttp.ProblemAnswer;
import dev.sluice.cli.gateway.Problem;
import dev.sluice.cli.text.Json;
import dev.sluice.cli.text.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice query}. */
@Command(
    name = "query",
    description = {
      "Ask a question in SQL; the answer goes on until it ends or you press Ctrl-C. If the connection"
          + " breaks it comes back and goes on after the last row.",
      "",
      "On a terminal it is a table that updates in place: the rows of the latest window, or the last"
          + " rows of a query without windows. Else it is NDJSON, an object a line."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
public final class QueryCommand extends GatewayCommand implements Runnable {
  private static final String PATH = "/v1/query";
  private static final String NDJSON = "application/x-ndjson";

  /** How the answer is printed. */
  enum Format {
    TABLE,
    NDJSON,
    JSON
  }

  @Parameters(paramLabel = "SQL", description = "The question; - reads it from standard input.")
  String sql;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Event time to begin at: an ISO instant, a duration back (-15m), earliest or now (default:"
              + " now).")
  @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Event time to end at (default: never).")
  @Nullable String to;

  @Option(
      names = "--emit",
      paramLabel = "final|changes",
      description = "Rows of closed windows only, or early ones too (default: final).")
  @Nullable String emit;

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      description =
          "With --emit changes: at most one early row a group in this time (default: 250ms).")
  @Nullable String every;

  @Option(
      names = "--overflow",
      paramLabel = "buffer|conflate|drop-oldest",
      description =
          "What becomes of rows that you do not read in time: none is lost, the newest of each group"
              + " is kept, or the oldest go (default: buffer).")
  @Nullable String overflow;

  @Option(
      names = "--format",
      paramLabel = "table|ndjson|json",
      description =
          "How to print it; json is one document and needs an end (default: table on a terminal,"
              + " else ndjson).")
  @Nullable Format format;

  @Override
  public void run() {
    String question = sql.equals("-") ? standardInput() : sql;
    boolean terminal = format != Format.NDJSON && format != Format.JSON && Terminal.isOutput();
    Format how = format != null ? format : terminal ? Format.TABLE : Format.NDJSON;
    PrintWriter out = out();
    try {
      if (how == Format.JSON) {
        json(out, question);
      } else {
        lines(how, terminal, out, question);
      }
    } catch (ProblemAnswer e) {
      throw refused(e.problem(), question);
    } catch (IOException e) {
      throw CommandFailure.unreachable("the connection to the gateway was lost: " + e.getMessage());
    }
  }

  private void json(PrintWriter out, String question) throws IOException, ProblemAnswer {
    try (InputStream answer = http().stream(PATH, body(question, null, null), "application/json")) {
      out.print(new String(answer.readAllBytes(), StandardCharsets.UTF_8));
      out.flush();
    }
  }

  private void lines(Format how, boolean terminal, PrintWriter out, String question)
      throws IOException, ProblemAnswer {
    try (AnswerLines lines =
        new AnswerLines(after -> http().stream(PATH, body(question, true, after), NDJSON))) {
      if (how == Format.NDJSON) {
        copy(lines, out, question);
      } else {
        table(lines, terminal ? new LiveView(out) : new PlainView(out), question);
      }
    }
  }

  private String body(String question, @Nullable Boolean ids, @Nullable String after) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("sql", question);
    body.put("from", from);
    body.put("to", to);
    body.put("emit", emit);
    body.put("every", every);
    body.put("overflow", overflow);
    body.put("ids", ids);
    body.put("after", after);
    body.values().removeIf(value -> value == null);
    return Json.write(body);
  }

  private static String standardInput() {
    try {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read standard input: " + e);
    }
  }

  private static void copy(AnswerLines lines, PrintWriter out, String question)
      throws IOException, ProblemAnswer {
    for (String line = lines.next(); line != null; line = lines.next()) {
      out.println(line);
      if (!lines.ready()) {
        out.flush();
      }
      if (out.checkError()) {
        return; // The reader of a pipe, head for example, has had enough.
      }
      throwIfError(line, question);
    }
  }

  private static void table(AnswerLines lines, View view, String question)
      throws IOException, ProblemAnswer {
    try (view) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        throwIfError(line, question);
        Result.read(line).ifPresent(view::show);
        view.refresh(lines.ready());
      }
    }
  }

  private static void throwIfError(String line, String question) {
    if (line.startsWith("{\"error\"")) {
      throw refused(Problem.of(Json.object(Json.object(line).get("error"))), question);
    }
  }

  private static CommandFailure refused(Problem problem, String question) {
    return CommandFailure.refused(problem.within(question));
  }
}
