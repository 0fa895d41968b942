package dev.sluice.gateway.registry;

import org.springframework.http.HttpStatus;

/** What a registry's client is told: the registry's own codes, not those of problems. */
final class RegistryError extends RuntimeException {
  private static final long serialVersionUID = 1;

  static final int NO_SUBJECT = 40401;
  static final int NO_VERSION = 40402;
  static final int NO_SCHEMA = 40403;
  static final int BAD_VERSION = 42202;

  private final HttpStatus status;
  private final int code;

  RegistryError(HttpStatus status, int code, String message) {
    // An expected answer: no stack trace.
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  HttpStatus status() {
    return status;
  }

  int code() {
    return code;
  }
}
