package dev.sluice.gateway.own;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event of a stream of Sluice's own.
 *
 * @param values by the names of the fields: strings, longs, and instants; what is not there is null
 */
public record OwnEvent(Map<String, ? extends @Nullable Object> values) {}
