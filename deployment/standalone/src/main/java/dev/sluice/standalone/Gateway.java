package dev.sluice.standalone;

import dev.sluice.gateway.GatewayApplication;
import dev.sluice.standalone.demo.Demonstration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The house's gateway, which can go away and come back while all else stays. */
final class Gateway implements AutoCloseable {
  private final List<String> settings;
  private final @Nullable Demonstration demonstration;
  private @Nullable ConfigurableApplicationContext context;

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
