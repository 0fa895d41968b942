package dev.sluice.model.problem;

import org.jspecify.annotations.Nullable;

/**
 * A failure with a {@link Problem} for whoever asked. Carries no stack trace of its own: the code
 * says it all.
 */
public final class ProblemException extends RuntimeException {
  private final transient Problem problem;

  ProblemException(Problem problem, @Nullable Throwable cause) {
    super(problem.code() + ": " + problem.detail(), cause, false, cause != null);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
