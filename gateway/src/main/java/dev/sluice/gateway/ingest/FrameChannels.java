package dev.sluice.gateway.ingest;

import dev.sluice.gateway.ingest.CreditedFrames.Received;
import dev.sluice.gateway.ingest.Frame.Origin;
import dev.sluice.gateway.ingest.Ingest.Answer;
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

  /** What all frames of one connection have in common. */
  record Sender(String stream, FrameFormat format, Origin origin) {
    @SuppressWarnings("ArrayRecordComponent") // handed on
    Frame frame(long number, byte[] data) {
      return new Frame(stream, number, format, data, origin);
    }
  }

  /**
   * @param maxUnread frames of a channel that may wait for their ack or for its being read
   */
  FrameChannels(Ingest ingest, FrameCredit credit, IngestThreads threads, int maxUnread) {
    this.ingest = ingest;
    this.credit = credit;
    this.threads = threads;
    this.maxUnread = maxUnread;
  }

  /**
   * The acks of the frames. Frames are requested as {@link FrameCredit} and the demand for acks
   * allow; one that was not requested ends the channel with CREDIT_EXCEEDED.
   */
  Flux<Answer> acks(Publisher<byte[]> frames, Sender sender) {
    Scheduler thread = threads.next();
    return new CreditedFrames(frames, credit, sender.origin().door())
        .index((number, received) -> store(sender.frame(number, received.data()), received, thread))
        .flatMapSequential(answer -> answer, maxUnread, 1);
  }

  /** Credit is given back before the ack leaves, so that the ack can tell of it. */
  private Mono<Answer> store(Frame frame, Received received, Scheduler thread) {
    return ingest.ingest(frame, received.room(), thread).doOnTerminate(received::answered);
  }
}
