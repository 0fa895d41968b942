package dev.sluice.gateway.rsocket;

import io.netty.buffer.ByteBuf;
import io.rsocket.Payload;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadata;
import io.rsocket.metadata.RoutingMetadata;
import io.rsocket.metadata.WellKnownAuthType;
import io.rsocket.metadata.WellKnownMimeType;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what the metadata of a request, or of a connection's set-up, say. */
final class Metadata {
  private static final String COMPOSITE =
      WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString();
  private static final String ROUTING = WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString();
  private static final String AUTHENTICATION =
      WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION.getString();

  private Metadata() {}

  /** The first tag of the first routing metadata; null if there is none that can be read. */
  static @Nullable String routeOf(Payload payload, String metadataMimeType) {
    return read(payload, metadataMimeType, ROUTING, Metadata::firstTag);
  }

  /** The bearer's token of the first authentication metadata; null if there is none. */
  static @Nullable String tokenOf(Payload payload, String metadataMimeType) {
    return read(payload, metadataMimeType, AUTHENTICATION, Metadata::token);
  }

  private static @Nullable String read(
      Payload payload,
      String metadataMimeType,
      String wanted,
      Function<ByteBuf, @Nullable String> reader) {
    try {
      ByteBuf metadata = payload.sliceMetadata();
      if (metadataMimeType.equals(wanted)) {
        return reader.apply(metadata);
      }
      if (!metadataMimeType.equals(COMPOSITE)) {
        return null;
      }
      for (CompositeMetadata.Entry entry : new CompositeMetadata(metadata, false)) {
        if (wanted.equals(entry.getMimeType())) {
          return reader.apply(entry.getContent());
        }
      }
      return null;
    } catch (RuntimeException malformed) {
      // Strangers' bytes: the library throws whatever its reading of them comes to.
      return null;
    }
  }

  /** What is no bearer's token is one that nobody has given out. */
  private static String token(ByteBuf authentication) {
    if (AuthMetadataCodec.isWellKnownAuthType(authentication)
        && AuthMetadataCodec.readWellKnownAuthType(authentication) == WellKnownAuthType.BEARER) {
      return authentication.toString(StandardCharsets.UTF_8);
    }
    return "";
  }

  private static @Nullable String firstTag(ByteBuf routing) {
    Iterator<String> tags = new RoutingMetadata(routing).iterator();
    return tags.hasNext() ? tags.next() : null;
  }
}
