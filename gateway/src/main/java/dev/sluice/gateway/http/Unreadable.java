package dev.sluice.gateway.http;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.InvalidMimeTypeException;
import reactor.netty.http.server.HttpServerRequest;

/** Requests that WebFlux would refuse without a word, or fall over. */
final class Unreadable {
  private static final List<AsciiString> MEDIA_TYPES =
      List.of(HttpHeaderNames.ACCEPT, HttpHeaderNames.CONTENT_TYPE);

  private Unreadable() {}

  /** What is wrong with it, if anything; whether there is such a resource is another matter. */
  static @Nullable Problem problem(HttpServerRequest request) {
    Problem problem = problem(request.uri());
    if (problem != null) {
      return problem;
    }
    for (AsciiString name : MEDIA_TYPES) {
      if (!request.requestHeaders().getAll(name).stream().allMatch(Unreadable::isReadable)) {
        return Problem.of(
            ProblemCode.BAD_REQUEST,
            name + " is malformed: a media type begins with a quote; leave it out");
      }
    }
    return null;
  }

  private static @Nullable Problem problem(String target) {
    try {
      URI uri = new URI(target);
      if (uri.getScheme() == null && !target.startsWith("/") && !target.equals("*")) {
        return Problem.of(
            ProblemCode.BAD_REQUEST,
            "the request's target must be a path, which begins with /, or a whole address (RFC"
                + " 9112, 3.2): was "
                + target);
      }
      // PostgreSQL takes no text with a zero.
      String path = uri.getPath();
      return path == null || path.chars().noneMatch(Character::isISOControl)
          ? null
          : Problem.of(
              ProblemCode.BAD_REQUEST, "the request's path has a control character: leave it out");
    } catch (URISyntaxException e) {
      return Problem.of(
          ProblemCode.BAD_REQUEST, "the request's target is no URI: " + e.getMessage());
    }
  }

  /** Spring's own index is out of range where a media type begins with a quote. */
  private static boolean isReadable(String mediaTypes) {
    if (mediaTypes.indexOf('"') < 0) {
      return true;
    }
    try {
      MediaType.parseMediaTypes(mediaTypes);
      return true;
    } catch (InvalidMediaTypeException | InvalidMimeTypeException e) {
      // Said by the door, which knows what it takes.
      return true;
    } catch (StringIndexOutOfBoundsException e) {
      return false;
    }
  }
}
