package dev.sluice.gateway.tls;

import dev.sluice.gateway.tls.TlsFiles.Loaded;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.SslProvider;
import reactor.netty.tcp.TcpServer;

/**
 * Secures the ports with what the files say, also when they say something else later: connections
 * that are there stay as they are, new ones are secured with the new. Files that cannot be used
 * change nothing, but are told of in the log and by {@link #failing}.
 */
public final class Tls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

  private final TlsProperties properties;
  private final @Nullable Scheduler watch;
  private @Nullable TlsFiles tried;
  private volatile @Nullable Current current;
  private volatile @Nullable String failing;

  private record Current(Loaded loaded, SslProvider provider) {}

  /**
   * @throws IllegalArgumentException the files cannot be used
   */
  Tls(TlsProperties properties) {
    this.properties = properties;
    if (properties.certificate() == null) {
      watch = null;
      return;
    }
    try {
      TlsFiles files = TlsFiles.read(properties);
      use(files);
      tried = files;
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    watch = Schedulers.newSingle("sluice-tls", true);
    long every = properties.reloadEvery().toMillis();
    watch.schedulePeriodically(this::look, every, every, TimeUnit.MILLISECONDS);
  }

  /** Whether the ports are secured at all. */
  public boolean isOn() {
    return certificate() != null;
  }

  /** The file with the ports' certificate; null: they are not secured. */
  public @Nullable Path certificate() {
    return properties.certificate();
  }

  /** The server, secured if {@link #isOn}. */
  public HttpServer secure(HttpServer server) {
    return isOn() ? server.secure(this::describe) : server;
  }

  /** The server, secured if {@link #isOn}. */
  public TcpServer secure(TcpServer server) {
    return isOn() ? server.secure(this::describe) : server;
  }

  /** Why the files that are there now are not used; null if they are. */
  @Nullable String failing() {
    return failing;
  }

  /** Whether the certificate that is used is good no more. */
  boolean isExpired(Clock clock) {
    return isOn() && clock.instant().isAfter(expires());
  }

  Instant expires() {
    return current().loaded().expires();
  }

  /** Each connection asks when it says hello, whatever name it says. */
  private void describe(SslProvider.SslContextSpec spec) {
    with(spec, current().loaded())
        .setSniAsyncMappings((name, promise) -> promise.setSuccess(current().provider()));
  }

  private SslProvider.Builder with(SslProvider.SslContextSpec spec, Loaded loaded) {
    return spec.sslContext(loaded.context()).handshakeTimeout(properties.handshakeTimeout());
  }

  private Current current() {
    return Objects.requireNonNull(current);
  }

  private void use(TlsFiles files) throws IOException {
    Loaded loaded = files.load(properties.clientAuth());
    current = new Current(loaded, with(SslProvider.builder(), loaded).build());
  }

  private void look() {
    try {
      TlsFiles files = TlsFiles.read(properties);
      if (files.equals(tried)) {
        if (failing != null) {
          failing = null;
          LOG.info("TLS has the files of its certificate back until={}", expires());
        }
        return;
      }
      use(files);
      tried = files;
      failing = null;
      LOG.info("TLS has a new certificate until={}", expires());
    } catch (IOException | RuntimeException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(failing)) {
        LOG.warn("TLS goes on with the certificate that it has until={}: {}", expires(), why);
      }
      failing = why;
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.dispose();
    }
  }
}
