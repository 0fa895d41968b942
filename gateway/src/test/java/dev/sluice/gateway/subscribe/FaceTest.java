package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.problem.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/* | NDJSON",
        "text/event-stream | SSE",
        "application/x-ndjson | NDJSON",
        "application/json | JSON",
        "text/* | SSE",
        "application/* | NDJSON",
        "text/html, */*;q=0.8 | NDJSON",
        "text/event-stream, */*;q=0.1 | SSE",
        "*/*, application/json | JSON",
        "application/json;q=0.5, text/event-stream;q=0.9 | SSE",
        "application/json;q=0.5, */*;q=0.4 | JSON",
        "*/*, application/x-ndjson;q=0 | SSE",
        "application/*, application/x-ndjson;q=0.1 | JSON",
        "application/json, text/event-stream, application/x-ndjson | NDJSON",
      })
  void theBestLikedFaceIsTaken(String accept, Face face) {
    assertThat(Face.preferred(List.of(accept))).isEqualTo(face);
  }

  @Test
  void withoutAcceptItIsNdjson() {
    assertThat(Face.preferred(List.of())).isEqualTo(Face.NDJSON);
  }

  @Test
  void severalHeadersAreOneList() {
    assertThat(Face.preferred(List.of("text/csv", "application/json"))).isEqualTo(Face.JSON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "*/*;q=0", "text/csv, image/*"})
  void whatNoFaceFitsIsNotAcceptable(String accept) {
    assertThatThrownBy(() -> Face.preferred(List.of(accept)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("NOT_ACCEPTABLE");
  }

  @Test
  void nonsenseIsABadRequest() {
    assertThatThrownBy(() -> Face.preferred(List.of("nonsense")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("BAD_REQUEST");
  }
}
