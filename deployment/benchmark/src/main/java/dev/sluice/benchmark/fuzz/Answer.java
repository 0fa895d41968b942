package dev.sluice.benchmark.fuzz;

import java.nio.charset.StandardCharsets;

/**
 * What came back.
 *
 * @param status of HTTP; 0 where there is none
 * @param text all of it, or its beginning; empty if nothing came
 * @param sent what it answers, or its beginning, for people
 */
record Answer(int status, String text, String sent) {
  private static final int MOST_SHOWN = 2_000;

  static Answer of(String text, String sent) {
    return new Answer(0, text, shown(sent));
  }

  static Answer of(int status, String text, String sent) {
    return new Answer(status, text, shown(sent));
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static String shown(String text) {
    return text.length() <= MOST_SHOWN
        ? text
        : text.substring(0, MOST_SHOWN) + "… (" + text.length() + " characters)";
  }
}
