package dev.sluice.gateway.rsocket;

import io.netty.buffer.ByteBuf;
import io.rsocket.Payload;
import io.rsocket.metadata.CompositeMetadata;
import io.rsocket.metadata.RoutingMetadata;
import io.rsocket.metadata.WellKnownMimeType;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Reads the route of a request. */
final class Routes {
  private static final String COMPOSITE =
      WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString();
  private static final String ROUTING = WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString();

  private Routes() {}

  /** The first tag of the first routing metadata; null if there is none that can be read. */
  static @Nullable String routeOf(Payload payload, String metadataMimeType) {
    try {
      ByteBuf metadata = payload.sliceMetadata();
      if (metadataMimeType.equals(ROUTING)) {
        return firstTag(metadata);
      }
      if (!metadataMimeType.equals(COMPOSITE)) {
        return null;
      }
      for (CompositeMetadata.Entry entry : new CompositeMetadata(metadata, false)) {
        if (ROUTING.equals(entry.getMimeType())) {
          return firstTag(entry.getContent());
        }
      }
      return null;
    } catch (RuntimeException malformed) {
      // Strangers' bytes: the library throws whatever its reading of them comes to.
      return null;
    }
  }

  private static @Nullable String firstTag(ByteBuf routing) {
    Iterator<String> tags = new RoutingMetadata(routing).iterator();
    return tags.hasNext() ? tags.next() : null;
  }
}
