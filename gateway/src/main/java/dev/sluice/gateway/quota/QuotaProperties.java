package dev.sluice.gateway.quota;

import dev.sluice.gateway.security.Quota;
import dev.sluice.gateway.security.Quota.Kind;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * The quota of a caller whose token says none; null: unbounded.
 *
 * @param state of the queries, estimated as {@code sluice.query.max-state} is
 */
@ConfigurationProperties("sluice.quota")
record QuotaProperties(
    @Nullable Long eventsPerSecond,
    @Nullable DataSize bytesPerSecond,
    @Nullable Long connections,
    @Nullable Long queries,
    @Nullable DataSize state) {

  /**
   * @throws IllegalArgumentException one is out of its range
   */
  Quota quota() {
    Map<Kind, Long> limits = new EnumMap<>(Kind.class);
    put(limits, Kind.EVENTS, eventsPerSecond);
    put(limits, Kind.BYTES, bytesPerSecond == null ? null : bytesPerSecond.toBytes());
    put(limits, Kind.CONNECTIONS, connections);
    put(limits, Kind.QUERIES, queries);
    put(limits, Kind.STATE, state == null ? null : state.toBytes());
    try {
      return new Quota(limits);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("sluice.quota." + e.getMessage(), e);
    }
  }

  private static void put(Map<Kind, Long> limits, Kind kind, @Nullable Long limit) {
    if (limit != null) {
      limits.put(kind, limit);
    }
  }
}
