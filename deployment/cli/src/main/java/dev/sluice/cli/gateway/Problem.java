package dev.sluice.cli.gateway;

import dev.sluice.cli.text.Json;
import dev.sluice.cli.text.Terminal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A problem document of the gateway, for people. */
public record Problem(String code, String detail, int line, int column, int status) {
  private static final String INDENT = "  ";
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_SERVER_FAULT = 500;

  /** Reads a problem document; what is none becomes the detail as it is. */
  public static Problem of(int status, String body) {
    Map<String, @Nullable Object> json = Json.object(body);
    if (json.get("code") == null && json.get("title") == null) {
      return new Problem("HTTP " + status, Terminal.harmless(body.strip()), 0, 0, status);
    }
    return of(json);
  }

  /** Reads a problem document. */
  public static Problem of(Map<String, @Nullable Object> json) {
    String title = Json.text(json, "title");
    String code = Json.text(json, "code");
    String detail = Json.text(json, "detail");
    return new Problem(
        code == null ? "ERROR" : Terminal.harmless(code),
        Terminal.harmless(detail != null ? detail : title == null ? "" : title),
        number(json, "line"),
        number(json, "column"),
        number(json, "status"));
  }

  private static int number(Map<String, @Nullable Object> json, String member) {
    String digits = Json.text(json, member);
    try {
      return digits == null ? 0 : Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Whether the same may go well a little later. */
  public boolean isPassing() {
    return status == TOO_MANY_REQUESTS || status >= FIRST_SERVER_FAULT;
  }

  @Override
  public String toString() {
    return detail.isEmpty() ? code : code + ": " + detail;
  }

  /** With the line of the SQL that it is about, and a caret under the column. */
  public String within(String sql) {
    String[] lines = sql.split("\n", -1);
    if (line < 1 || line > lines.length || column < 1) {
      return toString();
    }
    String faulty = Terminal.harmless(lines[line - 1]);
    int before = Math.min(column - 1, faulty.length());
    return this + "\n" + INDENT + faulty + "\n" + INDENT + " ".repeat(before) + "^";
  }
}
