package dev.sluice.gateway.presence;

import dev.sluice.gateway.http.Stopping;
import dev.sluice.model.problem.ProblemCode;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The devices that are here, at this gateway. Usable on any thread; nobody waits. */
public final class Presence implements Arrivals {
  private final String gateway;
  private final DeviceEvents events;
  private final Stopping stopping;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final AtomicLong arrivals = new AtomicLong();
  private final Map<String, Visit> visits = new ConcurrentHashMap<>();

  /**
   * @param gateway a name that no other has, or had
   */
  Presence(
      String gateway, DeviceEvents events, Stopping stopping, Clock clock, LongSupplier nanoTime) {
    this.gateway = gateway;
    this.events = events;
    this.stopping = stopping;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  String gateway() {
    return gateway;
  }

  long nanos() {
    return nanoTime.getAsLong();
  }

  Instant now() {
    return clock.instant();
  }

  @Override
  public Visit arrived(Arrival arrival) {
    String connection = gateway + "-" + arrivals.incrementAndGet();
    Visit visit = new Visit(this, arrival, connection, clock.instant(), nanoTime.getAsLong());
    visits.put(connection, visit);
    visit.tellArrival(events);
    return visit;
  }

  void left(Visit visit, Why why, @Nullable ProblemCode code) {
    visits.remove(visit.connection());
    boolean stops = why == Why.CLOSED && !stopping.isRunning();
    visit.tellEnd(events, stops ? Why.GATEWAY_STOPPING : why, code);
  }

  /** Who is here. */
  List<Here> here() {
    return visits.values().stream().map(Visit::now).toList();
  }

  /** Says again of all who are here that they are: others took this gateway to be gone. */
  void tellAgain() {
    visits.values().forEach(visit -> visit.tellArrival(events));
  }

  /** Says of all who are here that they are no more. */
  void leaveAll() {
    visits.values().forEach(visit -> visit.end(Why.GATEWAY_STOPPING, null));
  }
}
