package dev.sluice.gateway.subscribe;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Several questions that are answered on one stream, {@code {"queries": [{"id": "a", "sql": …},
 * …]}}. What is wrong with its form is refused as a whole, before anything begins; what is wrong
 * with a question is that question's answer.
 */
record QuerySet(List<Member> members) {
  private static final String QUERIES = "queries";
  private static final String ID = "id";
  private static final Pattern IDS = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  QuerySet {
    members = List.copyOf(members);
  }

  /**
   * @param id as whoever asks has called it
   */
  record Member(String id, Question question) {}

  static boolean isOne(JsonNode body) {
    return body.has(QUERIES);
  }

  /**
   * @param most questions
   * @throws dev.sluice.model.problem.ProblemException QUERY_PARAMETER, QUERY_SET_TOO_LARGE and
   *     those of one question's form
   */
  static QuerySet of(JsonNode body, int most) {
    JsonNode queries = body.path(QUERIES);
    if (body.size() != 1 || !queries.isArray() || queries.isEmpty()) {
      throw invalid(QUERIES, "queries must be an array of questions, and alone in the body");
    }
    if (queries.size() > most) {
      throw Problem.ofField(
              ProblemCode.QUERY_SET_TOO_LARGE,
              QUERIES,
              "at most "
                  + most
                  + " questions are answered on one stream: were "
                  + queries.size()
                  + "; use several, or raise sluice.query.max-set")
          .toException();
    }
    List<Member> members = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < queries.size(); i++) {
      Member member = member("queries[" + i + "]", queries.get(i));
      if (!ids.add(member.id)) {
        throw invalid("queries[" + i + "].id", "two questions have the id " + member.id);
      }
      members.add(member);
    }
    return new QuerySet(members);
  }

  private static Member member(String place, JsonNode json) {
    if (!(json instanceof ObjectNode question)) {
      throw invalid(place, place + " must be an object with \"id\" and \"sql\"");
    }
    JsonNode id = question.path(ID);
    if (!id.isString() || !IDS.matcher(id.stringValue()).matches()) {
      throw invalid(
          place + ".id",
          place + ".id must be a string of 1 to 64 letters, digits, '.', '_' and '-': was " + id);
    }
    if (question.has("ids")) {
      throw invalid(place + ".ids", "every row of several questions has its id: leave ids out");
    }
    return new Member(id.stringValue(), Questions.of(question.deepCopy().without(ID)));
  }

  private static RuntimeException invalid(String field, String detail) {
    return Problem.ofField(ProblemCode.QUERY_PARAMETER, field, detail).toException();
  }
}
