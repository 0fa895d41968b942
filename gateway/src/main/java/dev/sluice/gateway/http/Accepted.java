package dev.sluice.gateway.http;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Comparator;
import java.util.List;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.NotAcceptableStatusException;

/** What a request takes for an answer. */
public final class Accepted {
  private Accepted() {}

  /**
   * The first of those types that the client likes best; the first of all if it does not say.
   *
   * @throws dev.sluice.model.problem.ProblemException BAD_REQUEST
   * @throws NotAcceptableStatusException if it takes none of them
   */
  public static MediaType of(ServerRequest request, List<MediaType> faces) {
    List<MediaType> accepted;
    try {
      accepted = request.headers().accept();
    } catch (InvalidMediaTypeException | InvalidMimeTypeException e) {
      throw Problem.of(ProblemCode.BAD_REQUEST, "Accept is malformed: " + e.getMessage())
          .toException();
    }
    if (accepted.isEmpty()) {
      return faces.get(0);
    }
    return accepted.stream()
        .filter(range -> range.getQualityValue() > 0)
        .sorted(Comparator.comparing(MediaType::getQualityValue).reversed())
        .flatMap(range -> faces.stream().filter(range::includes))
        .findFirst()
        .orElseThrow(() -> new NotAcceptableStatusException(faces));
  }
}
