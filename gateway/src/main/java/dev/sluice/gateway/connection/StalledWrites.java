package dev.sluice.gateway.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection that is above Netty's high water mark (64 KiB that wait for the socket) for so
 * long, at most twice as long, without its socket taking anything: who reads nothing cannot be told
 * anything, and holds what it was to be told.
 */
final class StalledWrites extends ChannelInboundHandlerAdapter {
  private final Duration timeout;
  private final LongAdder ended;
  private @Nullable Future<?> check;

  /**
   * What the socket takes next. As long as it is the same, it has taken nothing; how much waits
   * says nothing, as more may have come meanwhile.
   */
  private record Next(@Nullable Object message, long taken) {
    static Next of(ChannelHandlerContext context) {
      ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
      return buffer == null
          ? new Next(null, 0)
          : new Next(buffer.current(), buffer.currentProgress());
    }

    boolean isSame(Next other) {
      return message == other.message && taken == other.taken;
    }
  }

  /**
   * @param ended counts the connections
   */
  StalledWrites(Duration timeout, LongAdder ended) {
    this.timeout = timeout;
    this.ended = ended;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    stop();
    if (!context.channel().isWritable()) {
      checkLater(context);
    }
    context.fireChannelWritabilityChanged();
  }

  private void checkLater(ChannelHandlerContext context) {
    Next next = Next.of(context);
    check =
        context
            .executor()
            .schedule(() -> check(context, next), timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext context, Next before) {
    if (Next.of(context).isSame(before)) {
      ended.increment();
      context.close();
    } else {
      checkLater(context);
    }
  }

  private void stop() {
    if (check != null) {
      check.cancel(false);
      check = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stop();
    context.fireChannelInactive();
  }
}
