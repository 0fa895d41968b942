package dev.sluice.benchmark.fuzz;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What no answer may be. */
final class Suspicion {
  /** What says that the gateway cannot do it now, though the request is good. */
  private static final Set<String> BY_DESIGN =
      Set.of("OVERLOADED", "LOG_UNAVAILABLE", "CATALOG_UNAVAILABLE");

  /** Of a trace, of what we are made of. */
  private static final Pattern INSIDE =
      Pattern.compile(
          "\\bat [\\w.$]+\\([\\w]+\\.java|Exception\\b|\\b(java|javax|sun|dev\\.sluice|reactor|org\\.apache|org\\.springframework|io\\.netty|io\\.r2dbc|tools\\.jackson)\\.\\w");

  private final List<String> secrets;

  /**
   * @param secrets that nobody may read anywhere
   */
  Suspicion(List<String> secrets) {
    this.secrets = List.copyOf(secrets);
  }

  /** What is wrong with it, if anything. */
  Optional<String> of(Answer answer) {
    String text = answer.text();
    if (text.contains("\"INTERNAL\"") || text.contains(" 500 ")) {
      return Optional.of("an internal error");
    }
    if (answer.status() >= 500 && !BY_DESIGN.contains(code(text))) {
      return Optional.of("status " + answer.status());
    }
    for (String secret : secrets) {
      if (text.contains(secret)) {
        return Optional.of("a secret");
      }
    }
    if (answer.status() >= 400 && code(text).isEmpty() && !text.isEmpty()) {
      return Optional.of("a refusal without a code");
    }
    return INSIDE
        .matcher(text)
        .results()
        .map(match -> match.group())
        .filter(found -> !answer.sent().contains(found))
        .findFirst()
        .map(found -> "something of its inside: " + found);
  }

  /** Whether it says that it cannot now. */
  static boolean isByDesign(Answer answer) {
    return answer.status() >= 500 && BY_DESIGN.contains(code(answer.text()));
  }

  /** A problem's code, or the registry's as its clients know it, or nothing. */
  private static String code(String text) {
    try {
      JsonNode problem = JsonMapper.shared().readTree(text);
      return problem.path("code").asString(problem.path("error_code").asString(""));
    } catch (JacksonException e) {
      return "";
    }
  }
}
