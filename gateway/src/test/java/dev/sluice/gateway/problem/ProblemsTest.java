package dev.sluice.gateway.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Warnings;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import org.junit.jupiter.api.Test;

class ProblemsTest {

  @Test
  void whatNobodyExpectedIsToldToTheLogAlone() {
    try (Warnings log = new Warnings()) {
      Problem problem = Problems.of(new IllegalStateException("its secret"), "/v1/somewhere");

      assertThat(problem.code()).isEqualTo(ProblemCode.INTERNAL);
      assertThat(problem.detail()).doesNotContain("secret");
      assertThat(log.written()).singleElement().asString().contains("/v1/somewhere");
    }
  }

  @Test
  void anExpectedOutcomeIsToldAsItIsAlsoAsACause() {
    Problem problem = Problem.of(ProblemCode.STREAM_UNKNOWN, "there is no stream a");

    try (Warnings log = new Warnings()) {
      assertThat(Problems.of(problem.toException(), "/")).isEqualTo(problem);
      assertThat(Problems.of(new IllegalStateException(problem.toException()), "/"))
          .isEqualTo(problem);
      assertThat(log.written()).isEmpty();
    }
  }
}
