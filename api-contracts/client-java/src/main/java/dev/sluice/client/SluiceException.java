package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * The gateway, or this client, refused for good; trying the same again does not help, unless {@code
 * onRetry} is told it. {@link #code()} is the gateway's problem code ({@code STREAM_UNKNOWN} and so
 * on) or one of the client's own:
 *
 * <ul>
 *   <li>{@code CLIENT_CLOSED}: the device was closed before the gateway had acknowledged.
 *   <li>{@code CLIENT_UNREACHABLE}: no connection for as long as {@code giveUpAfter} allows.
 *   <li>{@code CLIENT_EVENT_TOO_LARGE}: an event, or a frame, that no buffer of this size can hold.
 *   <li>{@code CLIENT_BUFFER_IN_USE}: the directory is another device's buffer.
 *   <li>{@code CLIENT_BUFFER_FAILED}: the directory could not be read or written.
 *   <li>{@code CLIENT_PROTOCOL}: the gateway answered what this client does not understand.
 *   <li>{@code CLIENT_REFUSED}: the gateway ended the connection without a problem document.
 * </ul>
 */
public final class SluiceException extends RuntimeException {
  static final String CLOSED = "CLIENT_CLOSED";
  static final String UNREACHABLE = "CLIENT_UNREACHABLE";
  static final String TOO_LARGE = "CLIENT_EVENT_TOO_LARGE";
  static final String BUFFER_IN_USE = "CLIENT_BUFFER_IN_USE";
  static final String BUFFER_FAILED = "CLIENT_BUFFER_FAILED";
  static final String PROTOCOL = "CLIENT_PROTOCOL";
  static final String REFUSED = "CLIENT_REFUSED";

  private final String code;
  private final String detail;
  private final int status;

  SluiceException(String code, String detail, int status, @Nullable Throwable cause) {
    super(code + ": " + detail, cause);
    this.code = code;
    this.detail = detail;
    this.status = status;
  }

  SluiceException(String code, String detail) {
    this(code, detail, 0, null);
  }

  /** Stable, for programs. */
  public String code() {
    return code;
  }

  /** What is wrong and what to do, for people. */
  public String detail() {
    return detail;
  }

  /** The problem document's HTTP status; 0 if the gateway did not send one. */
  public int status() {
    return status;
  }
}
