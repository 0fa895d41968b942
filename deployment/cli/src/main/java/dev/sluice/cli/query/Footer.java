package dev.sluice.cli.query;

import dev.sluice.cli.text.Json;
import dev.sluice.cli.text.Terminal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a query tells beside its rows: watermark, accounting, gaps, its end. */
final class Footer {
  /** For programs. */
  private static final Set<String> DETAILS = Set.of("positions", "parts");

  private final Map<String, String> said = new LinkedHashMap<>();
  private String gap = "";

  void tell(Result result) {
    switch (result.kind()) {
      case ROW, UPDATE -> {}
      case WATERMARK -> tell(result.members());
      case GAP -> {
        Footer missed = new Footer();
        missed.tell(result.members());
        gap = "missed: " + missed;
      }
      case END -> {
        tell(result.members());
        said.put("ended", "");
      }
    }
  }

  private void tell(Map<String, @Nullable Object> members) {
    members.forEach(
        (name, value) -> {
          if (DETAILS.contains(name)) {
            return;
          }
          if (value instanceof Map) {
            tell(Json.object(value));
          } else if (value != null) {
            said.put(Terminal.harmless(name), Terminal.harmless("" + value));
          }
        });
  }

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(gap);
    said.forEach(
        (name, value) -> {
          // What is nought is no news; the watermark and what was read always are.
          if (!value.equals("0")) {
            line.append(line.isEmpty() ? "" : " · ").append(name);
            line.append(value.isEmpty() ? "" : " " + value);
          }
        });
    return line.toString();
  }
}
