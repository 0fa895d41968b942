package dev.sluice.gateway.subscribe;

import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.GatewayProcess;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Gateways as processes; one that is killed is started again, and the others go on. */
final class KillableGateways implements AutoCloseable {
  private static final Duration UP_WITHIN = Duration.ofSeconds(120);
  private final List<GatewayProcess> gateways = new ArrayList<>();
  private int started;

  KillableGateways(int count) {
    for (int i = 0; i < count; i++) {
      gateways.add(GatewayProcess.start("gateway-" + started++));
    }
  }

  /** One that is ready. */
  URI any(Random random) {
    return await()
        .atMost(UP_WITHIN)
        .until(
            () -> {
              GatewayProcess one = one(random);
              return one.isReady() ? one.http() : null;
            },
            uri -> uri != null);
  }

  private synchronized GatewayProcess one(Random random) {
    return gateways.get(random.nextInt(gateways.size()));
  }

  /** Kills one with SIGKILL, and has another started in its place. */
  synchronized void kill(URI gateway) {
    for (int i = 0; i < gateways.size(); i++) {
      if (gateways.get(i).http().equals(gateway)) {
        gateways.get(i).close();
        gateways.set(i, GatewayProcess.start("gateway-" + started++));
      }
    }
  }

  @Override
  public synchronized void close() {
    gateways.forEach(GatewayProcess::close);
  }
}
