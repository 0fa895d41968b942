package dev.sluice.client;

import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

/**
 * How a client reaches its gateway; each setting has a default.
 *
 * @param <B> the builder itself
 */
abstract class ClientBuilder<B extends ClientBuilder<B>> {
  /** Long enough for a SYN to be sent three times (RFC 6298: after 1 s and 2 s more). */
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private final String host;
  private final int port;
  private DeviceOptions.Backoff backoff =
      new DeviceOptions.Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private @Nullable Duration giveUpAfter;
  private Consumer<SluiceException> onRetry = why -> {};
  private @Nullable LoopResources eventLoops;
  private @Nullable SslContext tls;
  private @Nullable Supplier<Mono<String>> token;
  private Scheduler scheduler = Schedulers.parallel();

  ClientBuilder(String host, int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be 1..65535: was " + port);
    }
    this.host = host;
    this.port = port;
  }

  abstract B self();

  /**
   * The wait before the next attempt to connect, and before a frame is sent again that the gateway
   * asked for again; default 200 ms to 10 s. It doubles from least to most, plus or minus half at
   * random; what the gateway answers sets it back.
   */
  public B backoff(Duration least, Duration most) {
    backoff = new DeviceOptions.Backoff(least, most);
    return self();
  }

  /**
   * How long to go on without a gateway before it ends, with {@code CLIENT_UNREACHABLE} or what the
   * gateway last refused it with; default forever. Looked at after each failed attempt. Time on a
   * connection does not count; one on which nothing is answered does not set it back.
   */
  public B giveUpAfter(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("giveUpAfter must be above zero: was " + time);
    }
    giveUpAfter = time;
    return self();
  }

  /**
   * Told before each further attempt why there was no connection, or no answer, any more: what the
   * gateway refused it with for now ({@code QUOTA_EXCEEDED}, say), else {@code CLIENT_UNREACHABLE}.
   * Runs on an event loop or the timer: must not block nor throw.
   */
  public B onRetry(Consumer<SluiceException> listener) {
    onRetry = listener;
    return self();
  }

  /**
   * Who calls: a bearer token, sent when a connection is set up. It is asked for anew for each
   * connection; if the gateway does not take it, once more, and the second refusal in a row is the
   * end.
   *
   * @param supplier may fail, which counts as a failed attempt to connect
   */
  public B token(Supplier<Mono<String>> supplier) {
    token = supplier;
    return self();
  }

  /** TLS, to a gateway whose certificate the Java runtime trusts. */
  public B tls() {
    return tls(SslContextBuilder.forClient());
  }

  /**
   * TLS, to a gateway whose certificate, or its issuer's, is given.
   *
   * @param trusted certificates as PEM
   */
  public B tls(Path trusted) {
    return tls(SslContextBuilder.forClient().trustManager(trusted.toFile()));
  }

  /**
   * TLS, with a certificate of the client's own besides.
   *
   * @param trusted certificates as PEM: the gateway's or its issuer's
   * @param certificate the client's, with its chain, as PEM
   * @param key its key, PKCS#8 as PEM, without a password
   */
  public B tls(Path trusted, Path certificate, Path key) {
    return tls(
        SslContextBuilder.forClient()
            .trustManager(trusted.toFile())
            .keyManager(certificate.toFile(), key.toFile()));
  }

  private B tls(SslContextBuilder context) {
    try {
      // The certificate must be that of the host.
      tls = context.endpointIdentificationAlgorithm("HTTPS").build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("tls: " + e.getMessage(), e);
    }
    return self();
  }

  /** The event loops to run on, so that many clients share them; default Reactor Netty's own. */
  public B eventLoops(LoopResources loops) {
    eventLoops = loops;
    return self();
  }

  /** The clock and timer of linger and backoff; default {@link Schedulers#parallel}. */
  public B scheduler(Scheduler timer) {
    scheduler = timer;
    return self();
  }

  Line line() {
    // One connection per client, not out of Reactor Netty's pool: its bound is 16 per address.
    TcpClient client =
        TcpClient.newConnection()
            .host(host)
            .port(port)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
    if (eventLoops != null) {
      client = client.runOn(eventLoops);
    }
    SslContext context = tls;
    if (context != null) {
      client = client.secure(spec -> spec.sslContext(context));
    }
    return new Line(host + ":" + port, client, token, backoff, giveUpAfter, onRetry, scheduler);
  }
}
