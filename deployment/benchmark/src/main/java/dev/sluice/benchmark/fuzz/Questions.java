package dev.sluice.benchmark.fuzz;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Changed SQL and changed parameters; every answer ends, as it is asked for as JSON. */
final class Questions implements Door {
  private static final List<String> TOKENS = List.of("", "AAAA", "AAABlcX2", "../..", "%");

  private final Http http;

  Questions(Http http) {
    this.http = http;
  }

  @Override
  public Answer send(Mutator mutator) throws Exception {
    Map<String, String> question = question(mutator);
    HttpRequest.Builder request;
    if (mutator.oneIn(2)) {
      String query =
          question.entrySet().stream()
              .map(one -> one.getKey() + "=" + encoded(one.getValue()))
              .collect(Collectors.joining("&"));
      if (query.length() > 60_000) {
        query = query.substring(0, 60_000).replaceFirst("%.?$", "");
      }
      request = http.to("/v1/query?" + query).GET();
    } else {
      request =
          http.to("/v1/query")
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(body(mutator, question)));
    }
    if (mutator.oneIn(20)) {
      request.header("Last-Event-ID", mutator.one(TOKENS).isEmpty() ? "x" : mutator.one(TOKENS));
    }
    return http.send(
        request.header("Accept", "application/json").build(), String.valueOf(question));
  }

  static Map<String, String> question(Mutator mutator) {
    Map<String, String> question = new LinkedHashMap<>();
    question.put("sql", mutator.oneIn(10) ? mutator.one(Valid.SQL) : mutator.sql(Valid.SQL));
    question.put("from", mutator.oneIn(10) ? mutator.one(Mutator.TEXTS) : "earliest");
    question.put("to", "now");
    if (mutator.oneIn(10)) {
      question.put(
          mutator.one(List.of("emit", "every", "overflow", "ids", "to", "x")),
          mutator.one(Mutator.TEXTS));
    }
    return question;
  }

  private static byte[] body(Mutator mutator, Map<String, String> question) {
    JsonNode one = JsonMapper.shared().valueToTree(question);
    if (mutator.oneIn(10)) {
      byte[] changed = mutator.json(one);
      // Without its end a question with a LIMIT is a live one, which waits for its rows.
      return Answer.text(changed).contains("\"to\":\"now\"") ? changed : unchanged(one);
    }
    if (mutator.oneIn(10)) {
      return mutator.json(
          JsonMapper.shared()
              .createObjectNode()
              .set("queries", JsonMapper.shared().createArrayNode().add(one).add(one.deepCopy())));
    }
    return unchanged(one);
  }

  private static byte[] unchanged(JsonNode one) {
    return JsonMapper.shared().writeValueAsBytes(one);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
