package dev.sluice.engine.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.of;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not run is refused by name and place. */
class RefusalTest {
  private final SqlPlanner planner = new SqlPlanner(new Readings());

  private static final Pattern CASE =
      Pattern.compile("(?<sql>.+)\n→ (?<code>\\w+) (?<line>\\d+):(?<column>\\d+) (?<detail>.+)\n?");

  /** Statements and their problems, with empty lines between. */
  static List<Arguments> refusals() throws IOException {
    try (InputStream table =
        Objects.requireNonNull(RefusalTest.class.getResourceAsStream("refusals.txt"))) {
      return Stream.of(new String(table.readAllBytes(), UTF_8).split("\n\n"))
          .skip(1)
          .map(RefusalTest::refusal)
          .toList();
    }
  }

  private static Arguments refusal(String text) {
    Matcher refusal = CASE.matcher(text);
    assertThat(refusal.matches()).as(text).isTrue();
    return of(
        refusal.group("sql"),
        refusal.group("code"),
        Integer.valueOf(refusal.group("line")),
        Integer.valueOf(refusal.group("column")),
        refusal.group("detail"));
  }

  @Test
  void halfASurrogatePairIsNoText() {
    assertThat(
            Stream.of(
                    "SELECT ts FROM readings WHERE device = '\ud800'",
                    "SELECT U&'\\D800' AS x FROM readings",
                    "SELECT ts AS \"\udc00\" FROM readings")
                .map(this::refused))
        .hasSize(3)
        .allSatisfy(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.QUERY_INVALID))
        .allSatisfy(problem -> assertThat(problem.detail()).contains("half a surrogate pair"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusalNamesTheConstructAndItsPlace(
      String sql, String code, int line, int column, String detail) {
    Problem problem = refused(sql);
    assertThat(problem).isEqualTo(Problem.at(ProblemCode.valueOf(code), line, column, detail));
  }

  @Test
  void placesCountLines() {
    Problem problem = refused("SELECT device,\n  temprature\nFROM readings");
    assertThat(problem.line()).isEqualTo(2);
    assertThat(problem.column()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", ";", " ; ;", "-- SELECT 1", "/* nothing */ ;"})
  void nothingIsMissing(String sql) {
    assertThat(refused(sql).code()).isEqualTo(ProblemCode.QUERY_MISSING);
  }

  @Test
  void lengthIsBoundedInBytes() {
    String query = "SELECT device FROM readings --";
    int room = SqlReader.MAX_BYTES - query.length();
    assertThat(planner.plan(query + "x".repeat(room)).names()).containsExactly("device");
    assertThat(refused(query + "x".repeat(room + 1)).code()).isEqualTo(ProblemCode.QUERY_TOO_LONG);
    assertThat(refused(query + "ß".repeat(room / 2 + 1)).code())
        .isEqualTo(ProblemCode.QUERY_TOO_LONG);
  }

  @Test
  void depthIsBounded() {
    for (String[] nested :
        new String[][] {
          {"(", ")"},
          {"ABS(", ")"},
          {"NOT ", ""},
          {"- ", ""},
          {"1 + ", ""},
          {"CASE WHEN ok THEN ", " END"},
          {"CASE WHEN ", " THEN 1 END"}
        }) {
      for (int depth : new int[] {100, 1_000, 2_000}) {
        Problem problem =
            refusedOrNull(
                "SELECT "
                    + nested[0].repeat(depth)
                    + "seq"
                    + nested[1].repeat(depth)
                    + " FROM readings");
        if (problem != null) {
          assertThat(problem.code())
              .as("%s %s", nested[0], depth)
              .isIn(ProblemCode.QUERY_UNSUPPORTED, ProblemCode.QUERY_INVALID);
        }
      }
    }
    assertThat(refused("SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000)).code())
        .isEqualTo(ProblemCode.QUERY_UNSUPPORTED);
  }

  /** Each level writes its operand out several times: 3 to the power of 30 comparisons. */
  @Test
  void sizeIsBoundedAsWrittenOut() {
    String nested = "seq";
    for (int i = 0; i < 30; i++) {
      nested = "CASE WHEN " + nested + " IN (1, 2, 3) THEN 1 END";
    }
    assertThat(refused("SELECT " + nested + " FROM readings").detail())
        .contains("written out, of more than 100000 parts");
    assertThat(refused("SELECT seq" + ", seq".repeat(512) + " FROM readings").detail())
        .contains("more than 512 columns");
  }

  @Test
  void longListsAndChainsAreNoDepth() {
    StringBuilder list = new StringBuilder("SELECT seq FROM readings WHERE seq IN (0");
    for (int i = 1; i < 2_000; i++) {
      list.append(", ").append(i);
    }
    assertThat(planner.plan(list.append(")").toString()).plan().filter()).isNotNull();
    String chain = "seq = 1" + " OR note = 'x'".repeat(200);
    assertThat(planner.plan("SELECT seq FROM readings WHERE " + chain).plan().filter()).isNotNull();
  }

  private Problem refused(String sql) {
    return Objects.requireNonNull(refusedOrNull(sql), sql);
  }

  private @Nullable Problem refusedOrNull(String sql) {
    ProblemException e = catchThrowableOfType(ProblemException.class, () -> planner.plan(sql));
    return e == null ? null : e.problem();
  }
}
