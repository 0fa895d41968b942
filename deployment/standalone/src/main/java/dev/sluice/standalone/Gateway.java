package dev.sluice.standalone;

import dev.sluice.gateway.GatewayApplication;
import dev.sluice.gateway.tls.Tls;
import dev.sluice.standalone.demo.Demonstration;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The house's gateway, which can go away and come back while all else stays. */
final class Gateway implements AutoCloseable {
  private final List<String> settings;
  private final @Nullable Demonstration demonstration;
  private @Nullable ConfigurableApplicationContext context;
  private @Nullable Path certificate;
  private boolean asksForTokens;

  /**
   * @param settings {@code --name=value}; its ports among them, so that it comes back where it was
   */
  private Gateway(List<String> settings, @Nullable Demonstration demonstration) {
    this.settings = settings;
    this.demonstration = demonstration;
  }

  static Gateway start(List<String> settings, @Nullable Demonstration demonstration) {
    Gateway gateway = new Gateway(List.copyOf(settings), demonstration);
    gateway.start();
    return gateway;
  }

  /** Starts it, if it is not there. */
  synchronized void start() {
    if (context != null) {
      return;
    }
    SpringApplicationBuilder builder =
        new SpringApplicationBuilder(GatewayApplication.class)
            // The parts stop in their order; the framework's own hook would race with them.
            .registerShutdownHook(false)
            .logStartupInfo(false);
    if (demonstration != null) {
      demonstration.addTo(builder);
    }
    context = builder.run(settings.toArray(String[]::new));
    certificate = context.getBean(Tls.class).certificate();
    asksForTokens = "token".equals(context.getEnvironment().getProperty("sluice.security.mode"));
  }

  /** The file with its ports' certificate; null: they speak no TLS. */
  synchronized @Nullable Path certificate() {
    return certificate;
  }

  /** Whether who calls must show a token. */
  synchronized boolean asksForTokens() {
    return asksForTokens;
  }

  /** The address of its HTTP door. */
  String http(String host, int port) {
    return "%s://%s:%d".formatted(certificate() == null ? "http" : "https", host, port);
  }

  /** Stops it, if it is there. */
  @Override
  public synchronized void close() {
    if (context != null) {
      context.close();
      context = null;
    }
  }
}
