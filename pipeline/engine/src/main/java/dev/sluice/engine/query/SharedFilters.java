package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.expression.Expression;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The filters that there are, for as long as a computation has them. Any thread. */
final class SharedFilters {
  private static final int LEAST_SWEPT = 256;

  private final Map<Filter, WeakReference<SharedFilter>> filters = new HashMap<>();
  private int sweptAt = LEAST_SWEPT;

  /**
   * What is filtered how.
   *
   * @param predicate its canonical text
   */
  private record Filter(CatalogStream stream, String predicate) {}

  /** The filter of a computation; null if it has none. */
  synchronized @Nullable SharedFilter of(CatalogStream stream, @Nullable Expression predicate) {
    if (predicate == null) {
      return null;
    }
    Filter key = new Filter(stream, predicate.toString());
    SharedFilter known = find(key);
    if (known != null) {
      known.share();
      return known;
    }
    if (filters.size() >= sweptAt) {
      filters.values().removeIf(filter -> filter.get() == null);
      sweptAt = Math.max(LEAST_SWEPT, 2 * filters.size());
    }
    SharedFilter filter = new SharedFilter(predicate);
    filters.put(key, new WeakReference<>(filter));
    return filter;
  }

  /** Whether a computation filters so. */
  synchronized boolean has(CatalogStream stream, @Nullable Expression predicate) {
    return predicate != null && find(new Filter(stream, predicate.toString())) != null;
  }

  private @Nullable SharedFilter find(Filter key) {
    WeakReference<SharedFilter> filter = filters.get(key);
    return filter == null ? null : filter.get();
  }
}
