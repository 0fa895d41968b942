package dev.sluice.gateway.presence;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key of all events that came over a connection, for as long as it is one: so a device is known
 * by what it sends, where nothing else says who it is. Any thread; of frames at once either is
 * first.
 */
public class SentKeys {
  /** For who is not looked at. */
  public static final SentKeys UNSEEN =
      new SentKeys() {
        @Override
        public void see(byte @Nullable [] first, byte @Nullable [] last) {}
      };

  private static final int MOST_BYTES = 120;

  private volatile byte @Nullable [] only;
  private volatile boolean several;

  /** A frame's first and last event had these keys: so had those between, as a rule. */
  public void see(byte @Nullable [] first, byte @Nullable [] last) {
    if (several) {
      return;
    }
    byte[] known = only;
    if (first == null || last == null || first.length > MOST_BYTES) {
      several = true;
    } else if (known == null) {
      only = first;
      several = !Arrays.equals(first, last);
    } else if (!Arrays.equals(known, first) || !Arrays.equals(known, last)) {
      several = true;
    }
  }

  /** The key; null while there was none, or there were several. */
  @Nullable String only() {
    byte[] key = only;
    return key == null || several ? null : new String(key, UTF_8);
  }
}
