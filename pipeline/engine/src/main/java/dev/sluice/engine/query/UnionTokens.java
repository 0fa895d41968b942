package dev.sluice.engine.query;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The token of an answer that several queries make: theirs, with a dot between. Each is signed for
 * itself, and is of its own query alone.
 */
final class UnionTokens {
  /** No character of base64url. */
  static final char DOT = '.';

  private UnionTokens() {}

  /**
   * The parts of a token; null each if there is none.
   *
   * @param parts how many queries there are
   * @throws dev.sluice.model.problem.ProblemException RESUME_TOKEN_INVALID
   */
  static List<@Nullable String> parts(@Nullable String token, int parts) {
    if (token == null) {
      return Collections.nCopies(parts, null);
    }
    if (parts == 1) {
      return List.of(token);
    }
    List<@Nullable String> split = Arrays.asList(token.split("\\.", -1));
    if (split.size() != parts) {
      throw Problem.ofField(
              ProblemCode.RESUME_TOKEN_INVALID,
              "after",
              "the resume token is of another query: this one's has "
                  + parts
                  + " parts with a dot between; send an id as it came, or ask anew without one")
          .toException();
    }
    return split;
  }
}
