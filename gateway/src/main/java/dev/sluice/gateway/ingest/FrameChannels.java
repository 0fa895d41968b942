package dev.sluice.gateway.ingest;

import dev.sluice.gateway.ingest.CreditedFrames.Received;
import dev.sluice.gateway.ingest.Frame.Origin;
import dev.sluice.gateway.presence.Arrival;
import dev.sluice.gateway.presence.Arrivals;
import dev.sluice.gateway.presence.Visit;
import dev.sluice.model.json.FrameFormat;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Frames in, acks out in their order: what a connection is, whatever carries it. */
final class FrameChannels {
  private final Ingest ingest;
  private final FrameCredit credit;
  private final IngestThreads threads;
  private final int maxUnread;
  private final Arrivals arrivals;

  /** What all frames of one connection have in common. */
  record Sender(String stream, FrameFormat format, Origin origin) {
    private Arrival arrival() {
      return new Arrival(origin.door(), stream, origin.caller(), origin.peer(), origin.keys());
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on
    Frame frame(long number, byte[] data) {
      return new Frame(stream, number, format, data, origin);
    }
  }

  /**
   * @param maxUnread frames of a channel that may wait for their ack or for its being read
   * @param arrivals where it is said that a device has come
   */
  FrameChannels(
      Ingest ingest, FrameCredit credit, IngestThreads threads, int maxUnread, Arrivals arrivals) {
    this.ingest = ingest;
    this.credit = credit;
    this.threads = threads;
    this.maxUnread = maxUnread;
    this.arrivals = arrivals;
  }

  /** A device begins to send. */
  Visit arrived(Sender sender) {
    return arrivals.arrived(sender.arrival());
  }

  /**
   * The acks of the frames. Frames are requested as {@link FrameCredit} and the demand for acks
   * allow; one that was not requested ends the channel with CREDIT_EXCEEDED, and a device that
   * leaves its acks unread with ACKS_UNREAD.
   */
  Flux<Answer> acks(Publisher<byte[]> frames, Sender sender, Visit visit) {
    Scheduler thread = threads.next();
    CreditedFrames credited =
        new CreditedFrames(frames, credit, sender.origin().door(), sender.origin().rate());
    return credited
        .index(
            (number, received) ->
                store(sender.frame(number, received.data()), received, thread, visit))
        .flatMapSequential(answer -> answer, maxUnread, 1)
        .takeUntilOther(credited.cutOff());
  }

  /** Credit is given back before the ack leaves, so that the ack can tell of it. */
  private Mono<Answer> store(Frame frame, Received received, Scheduler thread, Visit visit) {
    if (frame.number() == 0) {
      visit.credit(received.connection()::granted);
    }
    return ingest
        .ingestGranted(frame, received.room(), thread)
        .doOnNext(answer -> tell(visit, frame, answer.ack()))
        .map(received::answered);
  }

  private static void tell(Visit visit, Frame frame, Ack ack) {
    int events = ack.events();
    if (events > 0) {
      visit.acked(frame.number(), events, frame.data().length);
    }
  }
}
