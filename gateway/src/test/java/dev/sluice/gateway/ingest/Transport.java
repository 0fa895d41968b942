package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.gateway.RunningGateway;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.frame.FrameLengthCodec;
import io.rsocket.frame.SetupFrameCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.ClientTransport;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.rsocket.util.ByteBufPayload;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** RSocket over either transport. */
public enum Transport {
  TCP {
    @Override
    ClientTransport to(RunningGateway gateway) {
      return TcpClientTransport.create("127.0.0.1", gateway.rsocketPort());
    }
  },
  WEBSOCKET {
    @Override
    ClientTransport to(RunningGateway gateway) {
      URI http = gateway.http();
      return WebsocketClientTransport.create(
          URI.create("ws://127.0.0.1:" + http.getPort() + "/rsocket"));
    }
  };

  abstract ClientTransport to(RunningGateway gateway);

  public RSocket connect(RunningGateway gateway) {
    return connect(gateway, WellKnownMimeType.APPLICATION_JSON.getString());
  }

  RSocket connect(RunningGateway gateway, String dataMimeType) {
    return Objects.requireNonNull(
        RSocketConnector.create()
            .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
            .dataMimeType(dataMimeType)
            .connect(to(gateway))
            .block(Duration.ofSeconds(60)));
  }

  /** The first frame of a stream's channel, or the only one of a request. */
  static Payload payload(String stream, String data) {
    return routed("streams." + stream + ".events", data);
  }

  public static Payload routed(String route, String data) {
    return routed(route, data.getBytes(UTF_8));
  }

  static Payload routed(String route, byte[] data) {
    CompositeByteBuf metadata = ByteBufAllocator.DEFAULT.compositeBuffer();
    CompositeMetadataCodec.encodeAndAddMetadata(
        metadata,
        ByteBufAllocator.DEFAULT,
        WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
        TaggingMetadataCodec.createRoutingMetadata(ByteBufAllocator.DEFAULT, List.of(route))
            .getContent());
    return ByteBufPayload.create(Unpooled.wrappedBuffer(data), metadata);
  }

  /** Bytes of TCP: a good beginning, and a frame of the right length with that content. */
  static byte[] behindSetup(byte[] content) {
    ByteBuf setup =
        SetupFrameCodec.encode(
            ByteBufAllocator.DEFAULT,
            false,
            20_000,
            60_000,
            "message/x.rsocket.routing.v0",
            "application/json",
            ByteBufPayload.create(new byte[0]));
    ByteBuf frame = Unpooled.wrappedBuffer(content);
    ByteBuf both =
        Unpooled.wrappedBuffer(
            FrameLengthCodec.encode(ByteBufAllocator.DEFAULT, setup.readableBytes(), setup),
            FrameLengthCodec.encode(ByteBufAllocator.DEFAULT, frame.readableBytes(), frame));
    try {
      return ByteBufUtil.getBytes(both);
    } finally {
      both.release();
    }
  }
}
