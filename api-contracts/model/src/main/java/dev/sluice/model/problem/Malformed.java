package dev.sluice.model.problem;

import java.util.Objects;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** What a parser finds wrong with a text, in words for those who wrote it. */
public final class Malformed {
  /** What is about the parser: its classes, features and settings. */
  private static final Pattern INSIDE =
      Pattern.compile(
          " \\(start marker at \\[[^]]*]\\)| \\((?:bound as|for|through reference chain)[^)]*\\)"
              + "|,? ?\\(?from `[^`]*`\\)?|: not allowed as per `[^`]*`|`?JsonToken\\.|`");

  private Malformed() {}

  /** As the end of a sentence. */
  public static String why(JacksonException failure) {
    String message = Objects.requireNonNullElse(failure.getOriginalMessage(), "it is malformed");
    return INSIDE.matcher(message).replaceAll("");
  }
}
