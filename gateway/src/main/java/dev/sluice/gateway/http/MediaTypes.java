package dev.sluice.gateway.http;

import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Media types as others write them. */
public final class MediaTypes {
  private MediaTypes() {}

  /** Null if it is none. Where one begins with a quote, Spring's own index is out of range. */
  public static @Nullable MediaType parse(@Nullable String type) {
    try {
      return type == null ? null : MediaType.parseMediaType(type);
    } catch (InvalidMediaTypeException | StringIndexOutOfBoundsException malformed) {
      return null;
    }
  }
}
