package dev.sluice.gateway.ingest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * An ack's bytes as a buffer that tells when it is freed, which Netty does when the socket has
 * taken all of it, or when the connection has gone.
 *
 * <p>The buffer is direct: one of the heap would be copied, and freed, when it is put into Netty's
 * outbound buffer.
 */
final class AckBytes {
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(1).limit(0);

  private AckBytes() {}

  static ByteBuf of(byte[] json, Runnable freed) {
    ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer(json.length).writeBytes(json);
    return ByteBufAllocator.DEFAULT
        .compositeDirectBuffer(2)
        .addComponents(true, bytes, new End(freed));
  }

  /** Nothing, behind the bytes, which is freed when they are. */
  private static final class End extends UnpooledDirectByteBuf {
    private final Runnable freed;

    End(Runnable freed) {
      super(UnpooledByteBufAllocator.DEFAULT, NOTHING, 0);
      this.freed = freed;
    }

    @Override
    protected void deallocate() {
      super.deallocate();
      freed.run();
    }
  }
}
