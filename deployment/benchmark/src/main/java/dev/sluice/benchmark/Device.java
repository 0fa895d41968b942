package dev.sluice.benchmark;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.util.ByteBufPayload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.tcp.TcpClient;

/**
 * One connection, with nothing between it and rsocket-java: frames go out as the gateway asks for
 * them.
 */
final class Device implements AutoCloseable {
  private static final long CONNECTED_WITHIN_SECONDS = 10;

  private final RSocket connection;
  private final String stream;

  private Device(RSocket connection, String stream) {
    this.connection = connection;
    this.stream = stream;
  }

  static Device connect(int port, String stream) throws Exception {
    return connection(port, stream).toFuture().get(CONNECTED_WITHIN_SECONDS, TimeUnit.SECONDS);
  }

  /** One that is connected when it is subscribed to. */
  static Mono<Device> connection(int port, String stream) {
    return RSocketConnector.create()
        .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
        .dataMimeType(WellKnownMimeType.APPLICATION_JSON.getString())
        .connect(TcpClientTransport.create(TcpClient.newConnection().host(Server.HOST).port(port)))
        .map(connection -> new Device(connection, stream));
  }

  /**
   * Sends each frame on one channel.
   *
   * @param frames asked for with the gateway's own demand
   * @return an ack for each, in their order
   */
  Flux<String> send(Flux<byte[]> frames) {
    return connection
        .requestChannel(frames.index(this::payload))
        .map(
            ack -> {
              String text = ack.data().toString(StandardCharsets.UTF_8);
              ack.release();
              return text;
            });
  }

  private Payload payload(long number, byte[] frame) {
    ByteBuf data = Unpooled.wrappedBuffer(frame);
    return number == 0 ? ByteBufPayload.create(data, route()) : ByteBufPayload.create(data);
  }

  private ByteBuf route() {
    CompositeByteBuf metadata = ByteBufAllocator.DEFAULT.compositeBuffer();
    CompositeMetadataCodec.encodeAndAddMetadata(
        metadata,
        ByteBufAllocator.DEFAULT,
        WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
        TaggingMetadataCodec.createRoutingMetadata(
                ByteBufAllocator.DEFAULT, List.of("streams." + stream + ".events"))
            .getContent());
    return metadata;
  }

  /** Whether a frame's ack says that all of its events are stored. */
  static boolean isStored(String ack, int events) {
    return ack.contains("\"accepted\":" + events + ",") && ack.contains("\"rejected\":[]");
  }

  /** Whether the gateway asks for the frame again. */
  static boolean isRetry(String ack) {
    return ack.contains("\"retry\":true");
  }

  @Override
  public void close() {
    connection.dispose();
  }
}
