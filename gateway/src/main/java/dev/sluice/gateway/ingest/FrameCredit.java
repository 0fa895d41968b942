package dev.sluice.gateway.ingest;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.gateway.ingest.FrameAccount.Standing;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * The rules by which connections are granted frames ahead, or cut off because they leave their acks
 * unread; shared by all of them.
 *
 * <p>A connection with nothing in flight may always send one frame (its standing credit), so that
 * any number of idle devices can be connected; room for that frame is looked for when it comes. A
 * connection that uses its credit as fast as it gets it is granted more ahead, step by step, each
 * grant backed by room for the greatest frame.
 */
final class FrameCredit {
  /** A credit used within this time was waited for: the connection could do with more. */
  private static final long QUICK_NANOS = 250_000_000L;

  /** A connection that was silent for this long can lose what backs its grants to others. */
  private static final long IDLE_NANOS = 1_000_000_000L;

  /** At most this often are idle connections looked for. */
  private static final long RECLAIM_NANOS = 100_000_000L;

  private final IngestBudget budget;
  private final LongSupplier nanoTime;
  private final Scheduler timer;
  private final int frameBytes;
  private final long connectionBytes;
  private final int maxGrants;
  private final UnreadAcks unreadAcks;
  private final LongAdder cutOff = new LongAdder();
  private final Set<CreditedConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastReclaim;

  /**
   * How much may be left unread.
   *
   * @param bytes of a connection's acks, beyond which it is cut off
   * @param timeout after which it is, if its socket has taken no ack
   */
  record UnreadAcks(long bytes, Duration timeout) {
    /** Beyond which nothing more is granted. As much as Netty lets wait for a socket. */
    static final long PILE = 64 << 10;
  }

  FrameCredit(
      IngestBudget budget,
      int frameBytes,
      long connectionBytes,
      int maxGrants,
      UnreadAcks unreadAcks,
      LongSupplier nanoTime,
      Scheduler timer) {
    this.budget = budget;
    this.frameBytes = frameBytes;
    this.connectionBytes = connectionBytes;
    this.maxGrants = maxGrants;
    this.unreadAcks = unreadAcks;
    this.nanoTime = nanoTime;
    this.timer = timer;
    this.lastReclaim = new AtomicLong(nanoTime.getAsLong() - RECLAIM_NANOS);
  }

  IngestBudget budget() {
    return budget;
  }

  int frameBytes() {
    return frameBytes;
  }

  long connectionBytes() {
    return connectionBytes;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  Disposable later(Runnable grant, long nanos) {
    return timer.schedule(grant, nanos, TimeUnit.NANOSECONDS);
  }

  void add(CreditedConnection connection) {
    connections.add(connection);
  }

  void remove(CreditedConnection connection) {
    connections.remove(connection);
  }

  /** Adds to a door's hop how its connections stand. */
  Hop describe(Hop hop) {
    String door = hop.label().name();
    return hop.state("connections", () -> sum(door, standing -> 1))
        .state("granted", () -> sum(door, Standing::granted))
        .state("in-flight-frames", () -> sum(door, Standing::inFlight))
        .state("in-flight-bytes", () -> sum(door, Standing::inFlightBytes));
  }

  /** Frames that wait for their ack, or for its being read. */
  Buffer acks() {
    return new Buffer(
        Label.of(Stage.DOORS_IN, "acks"),
        new Buffer.Room(
            "frames", () -> sum(null, Standing::unread), () -> sum(null, Standing::mostUnread)),
        "the device is granted nothing");
  }

  /** The bytes of acks that no socket has taken. */
  Buffer ackBytes() {
    return new Buffer(
            Label.of(Stage.DOORS_IN, "ack-bytes"),
            new Buffer.Room(
                "bytes",
                () -> sum(null, Standing::unreadBytes),
                () -> connections.size() * unreadAcks.bytes()),
            "the device is granted nothing, then cut off with ACKS_UNREAD")
        .dropping("devices", cutOff::sum);
  }

  /** Whether a connection has left too much unread. */
  boolean tooMuchUnread(long bytes) {
    return bytes > unreadAcks.bytes();
  }

  /** A connection was cut off for what it left unread. */
  Problem refuseUnread(long bytes) {
    cutOff.increment();
    return Problem.of(
        ProblemCode.ACKS_UNREAD,
        "acks of "
            + bytes
            + " bytes were left unread, beyond "
            + unreadAcks.bytes()
            + " or for more than "
            + unreadAcks.timeout()
            + ": read them while you send");
  }

  /** Cuts off who has read no ack for too long. To be called now and then. */
  void cutOffUnread() {
    long since = now() - unreadAcks.timeout().toNanos();
    connections.forEach(connection -> connection.cutOffIfUnread(since));
  }

  /**
   * @param door null: all of them
   */
  private long sum(@Nullable String door, ToLongFunction<Standing> part) {
    long sum = 0;
    for (CreditedConnection connection : connections) {
      if (door == null || door.equals(connection.door())) {
        sum += part.applyAsLong(connection.standing());
      }
    }
    return sum;
  }

  /**
   * How many frames a sender that holds no connection might send at once; nothing is kept for them.
   */
  long requestsAhead() {
    return Math.min(maxGrants, budget.grantable(frameBytes));
  }

  /**
   * How many frames a connection is to be granted ahead from now on.
   *
   * @param window how many it was until now
   * @param sinceGrant nanoseconds from its last grant to the frame that has come
   * @param sinceFrame nanoseconds from the frame before
   */
  int window(int window, long sinceGrant, long sinceFrame) {
    if (sinceFrame > IDLE_NANOS) {
      return 0;
    }
    return sinceGrant <= QUICK_NANOS
        ? Math.min(maxGrants, Math.max(1, window * 2))
        : Math.max(0, window - 1);
  }

  /**
   * Room for the greatest frame, taken from idle connections if need be; false if there is none.
   */
  boolean tryGrant() {
    return budget.tryGrant(frameBytes) || (reclaim() && budget.tryGrant(frameBytes));
  }

  private boolean reclaim() {
    long now = now();
    long last = lastReclaim.get();
    if (now - last < RECLAIM_NANOS || !lastReclaim.compareAndSet(last, now)) {
      return false;
    }
    boolean freed = false;
    for (CreditedConnection connection : connections) {
      freed |= connection.loseBackingIfIdle(now - IDLE_NANOS);
    }
    return freed;
  }
}
