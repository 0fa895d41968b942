package dev.sluice.gateway.wiring;

import dev.sluice.engine.query.QuerySettings;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of live queries; see {@link QuerySettings}.
 *
 * @param threads as many as processors, if not said
 */
@ConfigurationProperties("sluice.query")
record QueryProperties(
    @Nullable Integer threads,
    @DefaultValue("2") int catchUpReaders,
    @DefaultValue("1MB") DataSize subscriberCapacity,
    @DefaultValue("10000") int maxQueries,
    @DefaultValue("100000") int maxSubscribers,
    @DefaultValue("50000") int maxSubscribersPerQuery,
    @DefaultValue("1000000") int maxGroups,
    @DefaultValue("256MB") DataSize maxState,
    @DefaultValue("10000") int maxListValues,
    @DefaultValue("1000") int maxWindows) {

  QuerySettings toSettings(TailProperties tail, DedupeProperties dedupe) {
    return new QuerySettings(
        threads == null ? Runtime.getRuntime().availableProcessors() : threads,
        catchUpReaders,
        tail.capacity(),
        dedupe.capacity(),
        Math.toIntExact(subscriberCapacity.toBytes()),
        new QuerySettings.Crowd(maxQueries, maxSubscribers, maxSubscribersPerQuery),
        new QuerySettings.State(maxGroups, maxState.toBytes(), maxListValues, maxWindows));
  }
}
