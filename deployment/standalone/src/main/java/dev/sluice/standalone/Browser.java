package dev.sluice.standalone;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import org.jspecify.annotations.Nullable;

/**
 * The desktop's browser. The launcher says by which command an address is opened, if somebody sits
 * at a terminal and a display; else nothing is, and the printed address stands.
 */
final class Browser {
  private static final @Nullable String OPENER = System.getProperty("sluice.opener");

  private Browser() {}

  static void open(String address) {
    if (OPENER != null && !OPENER.isEmpty()) {
      open(OPENER, address);
    }
  }

  /** Does not wait for it. One that fails is no failure of ours: the address is printed. */
  static void open(String opener, String address) {
    try {
      new ProcessBuilder(opener, address)
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // There is none, then.
    }
  }
}
