package dev.sluice.embedded;

import org.jspecify.annotations.Nullable;

/**
 * A server could not be started or its directory not be had; the message is one line for people.
 */
public final class EmbeddedServerException extends RuntimeException {
  public EmbeddedServerException(String message) {
    this(message, null);
  }

  public EmbeddedServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
