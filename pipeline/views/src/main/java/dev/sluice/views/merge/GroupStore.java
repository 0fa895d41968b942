package dev.sluice.views.merge;

import dev.sluice.engine.aggregate.StateMerger;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The groups of all views in one partition, by {@link StoreKey}. Counts what each view holds, and
 * lets none hold more than it may.
 */
final class GroupStore {
  /** Beside its key's and its value's bytes: two arrays' heads, a node of the tree, the key's. */
  private static final int BYTES_PER_ENTRY = 104;

  private final KeyValueStore<Bytes, byte[]> store;
  private final MergeSettings.State bounds;
  private final Map<Long, Held> held = new HashMap<>();

  /** What a view holds. */
  private static final class Held {
    private long entries;
    private long bytes;
  }

  GroupStore(KeyValueStore<Bytes, byte[]> store, MergeSettings.State bounds) {
    this.store = store;
    this.bounds = bounds;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        count(entry.key, null, entry.value);
      }
    }
  }

  byte @Nullable [] get(Bytes key) {
    return store.get(key);
  }

  /**
   * @param before what is there now
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   */
  void put(Bytes key, byte @Nullable [] before, byte[] value) {
    Held after = count(key, before, value);
    require(after);
    store.put(key, value);
  }

  /**
   * Merges a state into a group.
   *
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   */
  void merge(Bytes key, byte[] state, StateMerger merger) {
    byte[] before = store.get(key);
    put(key, before, before == null ? state : merger.merge(before, state));
  }

  /**
   * @param before what is there now
   */
  void remove(Bytes key, byte[] before) {
    count(key, before, null);
    store.delete(key);
  }

  /** Calls with every key from one to before another, in their order; they may be removed. */
  void each(Bytes from, Bytes to, BiConsumer<Bytes, byte[]> entry) {
    try (KeyValueIterator<Bytes, byte[]> range = store.range(from, to)) {
      while (range.hasNext()) {
        KeyValue<Bytes, byte[]> next = range.next();
        if (!next.key.equals(to)) {
          entry.accept(next.key, next.value);
        }
      }
    }
  }

  /** The first key in a range; null if there is none. */
  @Nullable Bytes first(Bytes from, Bytes to) {
    try (KeyValueIterator<Bytes, byte[]> range = store.range(from, to)) {
      return range.hasNext() ? range.next().key : null;
    }
  }

  /** The views that hold something. */
  Iterable<Long> generations() {
    return held.keySet().stream().toList();
  }

  long entries(long generation) {
    Held of = held.get(generation);
    return of == null ? 0 : of.entries;
  }

  long bytes(long generation) {
    Held of = held.get(generation);
    return of == null ? 0 : of.bytes;
  }

  /** Removes some of what a view holds. */
  void forget(long generation, int most) {
    try (KeyValueIterator<Bytes, byte[]> range =
        store.range(StoreKey.first(generation), StoreKey.after(generation, Long.MAX_VALUE))) {
      for (int i = 0; i < most && range.hasNext(); i++) {
        KeyValue<Bytes, byte[]> next = range.next();
        remove(next.key, next.value);
      }
    }
  }

  private Held count(Bytes key, byte @Nullable [] before, byte @Nullable [] after) {
    long generation = StoreKey.generation(key);
    Held of = held.computeIfAbsent(generation, g -> new Held());
    long size = BYTES_PER_ENTRY + (long) key.get().length;
    of.entries += (after == null ? 0 : 1) - (before == null ? 0 : 1);
    of.bytes +=
        (after == null ? 0 : size + after.length) - (before == null ? 0 : size + before.length);
    if (of.entries == 0) {
      held.remove(generation);
    }
    return of;
  }

  private void require(Held of) {
    if (of.entries > bounds.maxGroups()) {
      throw tooMuch(bounds.maxGroups() + " groups", "sluice.views.max-groups");
    }
    if (of.bytes > bounds.maxBytes()) {
      throw tooMuch(bounds.maxBytes() + " bytes", "sluice.views.max-state");
    }
  }

  private static RuntimeException tooMuch(String what, String setting) {
    return Problem.of(
            ProblemCode.QUERY_STATE_LIMIT,
            "the view holds more than "
                + what
                + " in one partition: group by fewer values, use shorter windows, have more"
                + " partitions, or raise "
                + setting)
        .toException();
  }
}
