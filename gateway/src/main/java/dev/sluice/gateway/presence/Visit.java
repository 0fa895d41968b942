package dev.sluice.gateway.presence;

import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A device that is here: from its first frame's request to its end. Usable on any thread. */
public final class Visit {
  private final Presence presence;
  private final Arrival arrival;
  private final String connection;
  private final Instant since;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile IntSupplier credit = () -> 0;

  /** Of what was acked, under the lock. */
  private long lastAcked = -1;

  private long events;
  private long bytes;
  private final Rate eventRate;
  private final Rate byteRate;

  /** How often it was told that it is here or gone; under the lock. */
  private long told;

  /** Whether whoever reads the stream believes it to be here; under the lock. */
  private boolean believed;

  Visit(Presence presence, Arrival arrival, String connection, Instant since, long nanos) {
    this.presence = presence;
    this.arrival = arrival;
    this.connection = connection;
    this.since = since;
    eventRate = new Rate(nanos);
    byteRate = new Rate(nanos);
  }

  String connection() {
    return connection;
  }

  /** How many frames it may send now. */
  public void credit(IntSupplier frames) {
    credit = frames;
  }

  /** A frame of it is stored. */
  public synchronized void acked(long frame, int storedEvents, int frameBytes) {
    long now = presence.nanos();
    lastAcked = Math.max(lastAcked, frame);
    events += storedEvents;
    bytes += frameBytes;
    eventRate.count(now, storedEvents);
    byteRate.count(now, frameBytes);
  }

  /** The same flux, with whose end the visit is over. */
  public <T> Flux<T> during(Flux<T> flux) {
    return flux.doOnError(this::failed).doOnComplete(this::closed).doOnCancel(this::closed);
  }

  /** It was silent for too long. */
  public void lost() {
    end(Why.LOST, null);
  }

  private void closed() {
    Instant expires = arrival.caller().expires();
    if (expires != null && !presence.now().isBefore(expires)) {
      end(Why.CUT_OFF, ProblemCode.TOKEN_EXPIRED);
    } else {
      end(Why.CLOSED, null);
    }
  }

  private void failed(Throwable failure) {
    if (failure instanceof ProblemException problem) {
      end(Why.CUT_OFF, problem.problem().code());
    } else {
      end(Why.LOST, null);
    }
  }

  void end(Why why, @Nullable ProblemCode code) {
    if (over.compareAndSet(false, true)) {
      presence.left(this, why, code);
    }
  }

  /** Has it be known that it is here, again if it is said not to be. */
  synchronized void tellArrival(DeviceEvents events) {
    if (!over.get()) {
      told++;
      believed = events.offer(events.connected(told, now()), false);
    }
  }

  /** Nobody is told that someone went who was not said to be here. */
  synchronized void tellEnd(DeviceEvents events, Why why, @Nullable ProblemCode code) {
    if (believed) {
      told++;
      believed = !events.offer(events.disconnected(told, now(), why, code), true);
    }
  }

  /** How it is now. */
  synchronized Here now() {
    long nanos = presence.nanos();
    return new Here(
        connection,
        arrival.door(),
        arrival.stream(),
        arrival.peer().address(),
        arrival.peer().client(),
        arrival.caller().subject(),
        device(),
        since.toEpochMilli(),
        lastAcked < 0 ? null : Long.valueOf(lastAcked),
        events,
        bytes,
        eventRate.perSecond(nanos),
        byteRate.perSecond(nanos),
        credit.getAsInt(),
        presence.gateway());
  }

  private @Nullable String device() {
    String bound = arrival.caller().device();
    return bound == null ? arrival.keys().only() : bound;
  }
}
