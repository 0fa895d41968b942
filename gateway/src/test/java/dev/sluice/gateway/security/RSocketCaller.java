package dev.sluice.gateway.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.gateway.RunningGateway;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.util.ByteBufPayload;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** RSocket with tokens in its metadata. */
public final class RSocketCaller {
  private static final ByteBufAllocator BUFFERS = ByteBufAllocator.DEFAULT;

  private RSocketCaller() {}

  /**
   * @param token of the set-up; null: none
   */
  public static RSocket connect(RunningGateway gateway, @Nullable String token) {
    RSocketConnector connector =
        RSocketConnector.create()
            .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
            .dataMimeType(WellKnownMimeType.APPLICATION_JSON.getString());
    if (token != null) {
      connector.setupPayload(ByteBufPayload.create(Unpooled.EMPTY_BUFFER, metadata(null, token)));
    }
    return Objects.requireNonNull(
        connector
            .connect(TcpClientTransport.create("127.0.0.1", gateway.rsocketPort()))
            .block(Duration.ofSeconds(60)));
  }

  /**
   * @param token of the request; null: that of the set-up counts
   */
  public static Payload request(String route, String data, @Nullable String token) {
    return ByteBufPayload.create(
        Unpooled.wrappedBuffer(data.getBytes(UTF_8)), metadata(route, token));
  }

  private static CompositeByteBuf metadata(@Nullable String route, @Nullable String token) {
    CompositeByteBuf metadata = BUFFERS.compositeBuffer();
    if (route != null) {
      CompositeMetadataCodec.encodeAndAddMetadata(
          metadata,
          BUFFERS,
          WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
          TaggingMetadataCodec.createRoutingMetadata(BUFFERS, List.of(route)).getContent());
    }
    if (token != null) {
      CompositeMetadataCodec.encodeAndAddMetadata(
          metadata,
          BUFFERS,
          WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION,
          AuthMetadataCodec.encodeBearerMetadata(BUFFERS, token.toCharArray()));
    }
    return metadata;
  }
}
