package dev.sluice.fleet;

import java.net.URI;

/**
 * Where the fleet drives, and how fast.
 *
 * @param http the gateway's HTTP address, such as {@code http://localhost:8080}
 * @param rsocketHost the gateway's RSocket host
 * @param rsocketPort its RSocket TCP port, 1..65535
 * @param speed how many times faster than recorded; above 0, at most 1,000. The default of 30 is
 *     about 130 events a second.
 */
public record FleetOptions(URI http, String rsocketHost, int rsocketPort, double speed) {
  /** About 130 events a second. */
  public static final double DEFAULT_SPEED = 30;

  /** At which a bus reports some ten times a second. */
  public static final double MOST_SPEED = 1_000;

  public FleetOptions {
    if (rsocketPort < 1 || rsocketPort > 65_535) {
      throw new IllegalArgumentException("rsocketPort must be 1..65535: was " + rsocketPort);
    }
    requireSpeed(speed);
  }

  static void requireSpeed(double speed) {
    if (!(speed > 0 && speed <= MOST_SPEED)) {
      throw new IllegalArgumentException("speed must be above 0, at most 1000: was " + speed);
    }
  }
}
