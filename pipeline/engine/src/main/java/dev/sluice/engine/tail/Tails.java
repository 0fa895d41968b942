package dev.sluice.engine.tail;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.EventLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tails that are being read: one per stream that somebody wants, and per schema of it that
 * somebody reads with.
 */
public final class Tails implements AutoCloseable {
  private final EventLog eventLog;
  private final int capacity;
  private final int dedupeCapacity;
  private final Flow flow;
  private final Map<String, Shared> tails = new HashMap<>();

  /**
   * @param capacity events a ring; {@code sluice.tail.capacity}
   * @param dedupeCapacity ids that a partition's reader remembers; {@code sluice.dedupe.capacity}
   * @param flow where each tail is shown while it is read
   */
  public Tails(EventLog eventLog, int capacity, int dedupeCapacity, Flow flow) {
    this.eventLog = eventLog;
    this.capacity = capacity;
    this.dedupeCapacity = dedupeCapacity;
    this.flow = flow;
  }

  /** The stream's tail, begun if need be. Whoever acquires it releases it. */
  public synchronized Tail acquire(CatalogStream stream) {
    Shared shared = tails.computeIfAbsent(key(stream), name -> start(stream));
    shared.users++;
    return shared.tail;
  }

  public synchronized void release(Tail tail) {
    Shared shared = tails.get(key(tail.stream()));
    if (shared != null && --shared.users == 0) {
      tails.remove(key(tail.stream()));
      stop(shared);
    }
  }

  /** The tails being read now. */
  public synchronized List<Tail> active() {
    return tails.values().stream().map(shared -> shared.tail).toList();
  }

  private Shared start(CatalogStream stream) {
    Tail tail = new Tail(stream, eventLog, capacity, dedupeCapacity);
    tail.start();
    return new Shared(tail, List.of(flow.add(tail.buffer()), flow.add(tail.hop())));
  }

  private static void stop(Shared shared) {
    shared.tail.close();
    shared.shown.forEach(Flow.Registration::close);
  }

  private static String key(CatalogStream stream) {
    return stream.definition().name() + "@" + stream.generation() + "/" + stream.schemaId();
  }

  @Override
  public synchronized void close() {
    tails.values().forEach(Tails::stop);
    try {
      for (Shared shared : tails.values()) {
        shared.tail.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    tails.clear();
  }

  private static final class Shared {
    private final Tail tail;
    private final List<Flow.Registration> shown;
    private int users;

    Shared(Tail tail, List<Flow.Registration> shown) {
      this.tail = tail;
      this.shown = shown;
    }
  }
}
