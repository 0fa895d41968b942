package dev.sluice.gateway.problem;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import tools.jackson.databind.json.JsonMapper;

/** What to tell whoever asked when something failed, on any face. */
public final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Problems() {}

  /**
   * The problem that a failure is. What is no expected outcome becomes INTERNAL and is logged with
   * its cause; nothing of it is told.
   *
   * @param where it failed, for the log: a path, a route
   */
  public static Problem of(Throwable failure, String where) {
    if (failure instanceof ProblemException expected) {
      return expected.problem();
    }
    if (failure.getCause() instanceof ProblemException expected) {
      return expected.problem();
    }
    if (failure instanceof DataBufferLimitException
        || failure.getCause() instanceof DataBufferLimitException) {
      return Problem.of(
          ProblemCode.REQUEST_TOO_LARGE, "the body is larger than is taken here: send less");
    }
    if (failure instanceof ResponseStatusException status
        && status.getStatusCode().is4xxClientError()) {
      return ofStatus(status, where);
    }
    LOG.error("internal error where={}", where, failure);
    return Problem.of(
        ProblemCode.INTERNAL, "something failed here that should not; the gateway's log says what");
  }

  private static Problem ofStatus(ResponseStatusException failure, String where) {
    if (failure instanceof MethodNotAllowedException method) {
      return Problem.of(
          ProblemCode.METHOD_NOT_ALLOWED,
          "%s takes %s, not %s"
              .formatted(
                  where,
                  method.getSupportedMethods().stream()
                      .map(HttpMethod::name)
                      .sorted()
                      .collect(Collectors.joining(", ")),
                  method.getHttpMethod()));
    }
    if (failure instanceof NotAcceptableStatusException accept) {
      return Problem.of(
          ProblemCode.NOT_ACCEPTABLE,
          "%s answers with %s: say so in Accept"
              .formatted(where, MediaType.toString(accept.getSupportedMediaTypes())));
    }
    if (failure instanceof UnsupportedMediaTypeStatusException type) {
      return Problem.of(
          ProblemCode.MEDIA_TYPE_UNSUPPORTED,
          "%s takes %s: say so in Content-Type; was %s"
              .formatted(
                  where,
                  MediaType.toString(type.getSupportedMediaTypes()),
                  type.getContentType() == null ? "absent" : type.getContentType()));
    }
    return switch (failure.getStatusCode().value()) {
      case 404 ->
          Problem.of(
              ProblemCode.NOT_FOUND,
              "nothing is at %s: /v1/openapi.yaml says what there is".formatted(where));
      case 413 -> Problem.of(ProblemCode.REQUEST_TOO_LARGE, "the request is too large: send less");
      default ->
          Problem.of(
              ProblemCode.BAD_REQUEST,
              failure.getReason() == null ? "the request is malformed" : failure.getReason());
    };
  }

  /** The problem document. */
  public static byte[] toJson(Problem problem) {
    return JSON.writeValueAsBytes(problem.toMap());
  }
}
