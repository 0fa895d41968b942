package dev.sluice.gateway.connection;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Refuses request lines and headers that do not come in time, are too long, or are no HTTP, with a
 * problem. The server itself waits for ever for a head of which a byte comes now and then, and says
 * nothing but a status to the others.
 *
 * <p>Two handlers, before the codec and behind it: a head has begun when bytes have come and no
 * request.
 */
final class RequestHeads {
  private final Duration timeout;
  private final Function<Problem, HttpResponse> word;
  private final LongAdder refused;
  private boolean inHead;
  private boolean inRequest;
  private boolean over;
  private @Nullable Future<?> timer;

  private RequestHeads(Duration timeout, Function<Problem, HttpResponse> word, LongAdder refused) {
    this.timeout = timeout;
    this.word = word;
    this.refused = refused;
  }

  /**
   * @param timeout from a head's first byte to its last
   * @param word how a problem is said, whole
   * @param refused counts the connections
   */
  static void watch(
      ChannelPipeline pipeline,
      Duration timeout,
      Function<Problem, HttpResponse> word,
      LongAdder refused) {
    RequestHeads heads = new RequestHeads(timeout, word, refused);
    pipeline.addBefore(NettyPipeline.HttpCodec, "sluice.heads.bytes", heads.new Bytes());
    pipeline.addAfter(NettyPipeline.HttpCodec, "sluice.heads.requests", heads.new Requests());
  }

  private final class Bytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (over) {
        ReferenceCountUtil.release(message);
        return;
      }
      inHead |= !inRequest;
      context.fireChannelRead(message);
      if (context.isRemoved()) {
        // The connection has ended over it.
        stop();
      } else if (context.pipeline().context(NettyPipeline.HttpCodec) == null) {
        // A WebSocket now.
        stop();
        context.pipeline().remove(this);
      } else if (inHead && !over && timer == null) {
        timer =
            context
                .executor()
                .schedule(() -> late(context), timeout.toNanos(), TimeUnit.NANOSECONDS);
      }
    }

    private void late(ChannelHandlerContext context) {
      timer = null;
      ChannelHandlerContext codec = context.pipeline().context(NettyPipeline.HttpCodec);
      if (inHead && codec != null) {
        refuse(
            context.pipeline().context(Requests.class),
            Problem.of(
                ProblemCode.REQUEST_TIMEOUT,
                "a request's line and headers must be there within " + timeout + ": were not"));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      stop();
      context.fireChannelInactive();
    }
  }

  private final class Requests extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (over) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (message instanceof HttpRequest request) {
        inHead = false;
        inRequest = true;
        stop();
        if (request.decoderResult().isFailure()) {
          ReferenceCountUtil.release(message);
          refuse(context, malformed(request.decoderResult().cause()));
          return;
        }
      }
      if (message instanceof LastHttpContent) {
        inRequest = false;
      }
      context.fireChannelRead(message);
    }
  }

  private void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private static Problem malformed(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Problem.of(
          ProblemCode.URL_TOO_LONG,
          "the request's line is too long (" + cause.getMessage() + "): send the question by POST");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Problem.of(
          ProblemCode.HEADERS_TOO_LARGE,
          "the request's headers are too large (" + cause.getMessage() + ")");
    }
    return Problem.of(ProblemCode.BAD_REQUEST, "this is no HTTP: " + cause.getMessage());
  }

  private void refuse(ChannelHandlerContext behindTheCodec, Problem problem) {
    over = true;
    refused.increment();
    Goodbye.say(behindTheCodec, word.apply(problem));
  }
}
