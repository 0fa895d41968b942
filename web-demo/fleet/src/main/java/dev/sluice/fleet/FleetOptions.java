package dev.sluice.fleet;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the fleet drives, and how fast.
 *
 * @param http the gateway's HTTP address, such as {@code http://localhost:8080}
 * @param rsocketHost the gateway's RSocket host
 * @param rsocketPort its RSocket TCP port, 1..65535
 * @param speed how many times faster than recorded; above 0, at most 1,000. The default of 30 is
 *     about 130 events a second.
 * @param access what a gateway wants that is not open to all
 * @param disk where each bus keeps what is not acked, in a directory of its own; null: in memory
 */
public record FleetOptions(
    URI http,
    String rsocketHost,
    int rsocketPort,
    double speed,
    Access access,
    @Nullable Path disk) {
  /** About 130 events a second. */
  public static final double DEFAULT_SPEED = 30;

  /** At which a bus reports some ten times a second. */
  public static final double MOST_SPEED = 1_000;

  /**
   * What a gateway wants that is not open to all.
   *
   * @param tokenFile a token, read anew for each connection; null: none
   * @param trusted the gateway's certificate, or its issuer's, as PEM, for both ports; null: those
   *     that Java trusts, if the HTTP address begins with https, and else no TLS
   */
  public record Access(@Nullable Path tokenFile, @Nullable Path trusted) {
    /** Nothing. */
    public static final Access OPEN = new Access(null, null);
  }

  public FleetOptions {
    if (rsocketPort < 1 || rsocketPort > 65_535) {
      throw new IllegalArgumentException("rsocketPort must be 1..65535: was " + rsocketPort);
    }
    requireSpeed(speed);
  }

  /** To an open gateway, with all buffers in memory. */
  public FleetOptions(URI http, String rsocketHost, int rsocketPort, double speed) {
    this(http, rsocketHost, rsocketPort, speed, Access.OPEN, null);
  }

  static void requireSpeed(double speed) {
    if (!(speed > 0 && speed <= MOST_SPEED)) {
      throw new IllegalArgumentException("speed must be above 0, at most 1000: was " + speed);
    }
  }
}
