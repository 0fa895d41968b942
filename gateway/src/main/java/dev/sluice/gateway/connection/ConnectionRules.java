package dev.sluice.gateway.connection;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * Puts the rules into the pipeline of every connection.
 *
 * <p>Shown as the hop {@code connections}: {@code stalled} were ended because their socket took
 * nothing, {@code malformed} because the head of a request came too slowly, was too long or no
 * HTTP; and as the buffer {@code open-connections}.
 */
@Component
public final class ConnectionRules {
  private final ConnectionProperties properties;
  private final OpenConnections open;
  private final LongAdder refused = new LongAdder();
  private final LongAdder stalled;
  private final LongAdder malformed;

  ConnectionRules(ConnectionProperties properties, Flow flow) {
    this.properties = properties;
    this.open = new OpenConnections(properties.max(), properties.maxPerAddress());
    Hop hop = new Hop(Stage.DOORS_IN, "connections");
    stalled = hop.counting("stalled");
    malformed = hop.counting("malformed");
    flow.add(hop);
    flow.add(
        new Buffer(
                Label.of(Stage.DOORS_IN, "open-connections"),
                new Buffer.Room("connections", open::count, properties.max()),
                "refused with TOO_MANY_CONNECTIONS")
            .dropping("connections", refused::sum));
  }

  /**
   * For what every connection is. To be called when its channel is made, on its event loop.
   *
   * @param word how the port says a problem before anything else; an empty buffer says nothing
   */
  public void hold(Channel channel, Function<Problem, ByteBuf> word) {
    InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    String refusal = open.enter(address);
    if (refusal == null) {
      channel.closeFuture().addListener(closed -> open.leave(address));
      channel.pipeline().addFirst(new StalledWrites(properties.stalledTimeout(), stalled));
    } else {
      refused.increment();
      channel
          .pipeline()
          .addFirst(
              new TurnedAway(word.apply(Problem.of(ProblemCode.TOO_MANY_CONNECTIONS, refusal))));
    }
  }

  /**
   * For what speaks HTTP, besides.
   *
   * @param word how it says a problem, whole, where there is no request
   */
  public void holdHeads(Channel channel, Function<Problem, HttpResponse> word) {
    RequestHeads.watch(channel.pipeline(), properties.headTimeout(), word, malformed);
  }
}
