package dev.sluice.model.json;

/** The bytes are not JSON. Without a stack trace: strangers decide how often it is thrown. */
final class NotJson extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param at position of the byte where it shows
   * @param what was expected or is wrong, as the end of a sentence
   */
  NotJson(int at, String what) {
    super("byte " + at + ": " + what, null, false, false);
  }

  String where() {
    return String.valueOf(getMessage());
  }
}
