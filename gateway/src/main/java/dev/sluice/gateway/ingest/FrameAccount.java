package dev.sluice.gateway.ingest;

import dev.sluice.gateway.ingest.IngestBudget.Reservation;
import dev.sluice.gateway.quota.Rate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Operators;

/**
 * What one connection is granted, has in flight and has left unread, and what it holds of the
 * budget for that.
 *
 * <p>Its own lock guards all of it. The budget and other connections are never called under it.
 */
final class FrameAccount {
  private final FrameCredit credit;
  private final Rate rate;

  /** Frames that may come and wait for their ack. */
  private long demand;

  /** The greatest demand there was: that of the beginning. */
  private long mostDemand;

  /** Frames granted that have not come. */
  private int granted;

  /** How many of them are backed by room for the greatest frame. */
  private int backed;

  private int window;
  private int inFlight;
  private long inFlightBytes;
  private long unreadBytes;

  /** When an ack was read, or the first of those that wait was made. */
  private long lastRead;

  private long lastGrant;
  private long lastFrame;

  /** No frame comes any more. */
  private boolean ended;

  /** And nobody reads acks any more. */
  private boolean gone;

  /** What is held for frames in flight and acks unread. */
  private final Set<Reservation> rooms = new HashSet<>();

  /** What a frame comes on. */
  enum Grant {
    /** It was not asked for. */
    NONE,
    /** The standing credit, or a grant that has lost its backing. */
    UNBACKED,
    /** A grant with room for the greatest frame. */
    BACKED
  }

  /**
   * How a connection stands.
   *
   * @param granted frames that may come now
   * @param inFlight frames that have come and were not answered
   * @param unread frames that have come and whose answer was not read
   * @param mostUnread how many that may be
   * @param unreadBytes of acks that its socket has not taken
   */
  record Standing(
      int granted,
      int inFlight,
      long inFlightBytes,
      long unread,
      long mostUnread,
      long unreadBytes) {}

  FrameAccount(FrameCredit credit, Rate rate) {
    this.credit = credit;
    this.rate = rate;
    lastGrant = credit.now();
    lastFrame = lastGrant;
  }

  /** Frames that may come now. */
  synchronized int granted() {
    return granted;
  }

  synchronized Standing standing() {
    return new Standing(
        granted, inFlight, inFlightBytes, mostDemand - demand, mostDemand, unreadBytes);
  }

  /** So many more may come and wait for their ack. */
  synchronized void demand(long frames) {
    demand = Operators.addCap(demand, frames);
    mostDemand = Math.max(mostDemand, demand);
  }

  /** Grants what it may: how many more frames are to be asked for. */
  int grant() {
    int more = grantStanding();
    while (wantsMore() && credit.tryGrant()) {
      if (!back()) {
        credit.budget().giveBack(credit.frameBytes());
        break;
      }
      more++;
    }
    return more;
  }

  private synchronized int grantStanding() {
    if (!mayStand()) {
      return 0;
    }
    granted = 1;
    lastGrant = credit.now();
    return 1;
  }

  /** Whether it may have its standing credit. */
  synchronized boolean mayStand() {
    return !ended && granted == 0 && inFlight == 0 && demand > 0 && !isPiledUp();
  }

  /** Whoever leaves its acks unread is asked for nothing. */
  private boolean isPiledUp() {
    return unreadBytes > FrameCredit.UnreadAcks.PILE;
  }

  private synchronized boolean wantsMore() {
    return !ended
        && !isPiledUp()
        && granted < Math.min(window, demand)
        && inFlightBytes + (backed + 1L) * credit.frameBytes() <= credit.connectionBytes()
        && rate.allows(granted + inFlight + 1L);
  }

  private synchronized boolean back() {
    if (ended) {
      return false;
    }
    granted++;
    backed++;
    lastGrant = credit.now();
    return true;
  }

  /**
   * Gives others the room behind the grants if no frame has come since the time given. The grants
   * stay: what then comes on them is treated as what comes on a standing credit.
   */
  boolean loseBackingIfIdle(long since) {
    int lost;
    synchronized (this) {
      if (backed == 0 || lastFrame - since > 0) {
        return false;
      }
      lost = loseBacking();
    }
    giveBack(lost);
    return true;
  }

  private int loseBacking() {
    int lost = backed;
    backed = 0;
    return lost;
  }

  private void giveBack(int lost) {
    credit.budget().giveBack((long) lost * credit.frameBytes());
  }

  /** A frame has come, and is in flight unless it has no grant. */
  synchronized Grant use(int frameBytes) {
    if (ended || granted == 0) {
      return Grant.NONE;
    }
    long now = credit.now();
    granted--;
    demand--;
    window = credit.window(window, now - lastGrant, now - lastFrame);
    lastFrame = now;
    inFlight++;
    inFlightBytes += frameBytes;
    if (backed == 0) {
      return Grant.UNBACKED;
    }
    backed--;
    return Grant.BACKED;
  }

  /** Room for a frame that has come, held until its ack was read; null if there is none. */
  @Nullable Reservation room(Grant used, int frameBytes) {
    int bytes = Math.min(frameBytes, credit.frameBytes());
    Reservation room =
        used == Grant.BACKED
            ? credit.budget().received(credit.frameBytes(), bytes)
            : credit.budget().tryReserve(bytes);
    if (room != null && !keep(room)) {
      room.abandon();
    }
    return room;
  }

  private synchronized boolean keep(Reservation room) {
    if (!gone) {
      rooms.add(room);
    }
    return !gone;
  }

  /** A frame is no longer in flight, and its ack unread: how many bytes of acks are. */
  synchronized long answered(int frameBytes, int ackBytes) {
    inFlight--;
    inFlightBytes -= frameBytes;
    if (unreadBytes == 0) {
      lastRead = credit.now();
    }
    unreadBytes += ackBytes;
    return unreadBytes;
  }

  /** An ack was read: the room for it is given back. */
  void read(@Nullable Reservation room, int ackBytes) {
    synchronized (this) {
      unreadBytes -= ackBytes;
      lastRead = credit.now();
      if (room != null) {
        rooms.remove(room);
      }
    }
    if (room != null) {
      room.letGo();
    }
  }

  /** The bytes of acks that wait, if none was read since the time given; else 0. */
  synchronized long unreadSince(long since) {
    return gone || lastRead - since > 0 ? 0 : unreadBytes;
  }

  /** No frame comes any more: what was granted is given back. False if it had ended. */
  boolean end() {
    int lost;
    synchronized (this) {
      if (ended) {
        return false;
      }
      ended = true;
      lost = loseBacking();
    }
    giveBack(lost);
    return true;
  }

  /** Whether no frame comes any more, and all acks were read. */
  synchronized boolean isSettled() {
    return ended && inFlight == 0 && unreadBytes == 0;
  }

  /** Nobody reads acks any more: what is held for them is abandoned. False if it had left. */
  boolean leave() {
    List<Reservation> left;
    synchronized (this) {
      if (gone) {
        return false;
      }
      gone = true;
      left = List.copyOf(rooms);
      rooms.clear();
    }
    left.forEach(Reservation::abandon);
    return true;
  }
}
