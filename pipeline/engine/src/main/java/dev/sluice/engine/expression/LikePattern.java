package dev.sluice.engine.expression;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Arrays;

/**
 * A pattern of LIKE: {@code %} stands for any text, {@code _} for one character, the escape
 * character takes the next one's meaning away.
 */
final class LikePattern {
  private static final short ANY_TEXT = 256;
  private static final short ANY_CHARACTER = 257;

  /** Bytes 0 to 255, or one of the wildcards. */
  private final short[] tokens;

  private LikePattern(short[] tokens) {
    this.tokens = tokens;
  }

  /**
   * @param escape one character, or none
   */
  static LikePattern of(byte[] pattern, byte[] escape) {
    short[] tokens = new short[pattern.length];
    int count = 0;
    int i = 0;
    while (i < pattern.length) {
      boolean escaped = startsWith(pattern, i, escape);
      if (escaped) {
        i += escape.length;
        if (i == pattern.length) {
          throw Problem.of(
                  ProblemCode.QUERY_INVALID,
                  "a pattern of LIKE must not end with its escape character: write it twice")
              .toException();
        }
      }
      if (!escaped && pattern[i] == '%') {
        tokens[count++] = ANY_TEXT;
        i++;
      } else if (!escaped && pattern[i] == '_') {
        tokens[count++] = ANY_CHARACTER;
        i++;
      } else {
        for (int end = i + Text.width(pattern[i]); i < end && i < pattern.length; i++) {
          tokens[count++] = (short) (pattern[i] & 0xFF);
        }
      }
    }
    return new LikePattern(Arrays.copyOf(tokens, count));
  }

  private static boolean startsWith(byte[] text, int at, byte[] prefix) {
    return prefix.length > 0
        && at + prefix.length <= text.length
        && Arrays.equals(text, at, at + prefix.length, prefix, 0, prefix.length);
  }

  /** Goes back to the last {@code %} only, as any match of an earlier one is as good: O(n m). */
  boolean matches(byte[] text) {
    int at = 0;
    int token = 0;
    int anyText = -1;
    int retryAt = 0;
    while (at < text.length) {
      if (token < tokens.length && tokens[token] == ANY_TEXT) {
        anyText = token++;
        retryAt = at;
      } else if (token < tokens.length && tokens[token] == ANY_CHARACTER) {
        at = Math.min(at + Text.width(text[at]), text.length);
        token++;
      } else if (token < tokens.length && tokens[token] == (text[at] & 0xFF)) {
        at++;
        token++;
      } else if (anyText >= 0) {
        retryAt = Math.min(retryAt + Text.width(text[retryAt]), text.length);
        at = retryAt;
        token = anyText + 1;
      } else {
        return false;
      }
    }
    while (token < tokens.length && tokens[token] == ANY_TEXT) {
      token++;
    }
    return token == tokens.length;
  }
}
