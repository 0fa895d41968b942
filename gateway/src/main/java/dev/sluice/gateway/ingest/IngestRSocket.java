package dev.sluice.gateway.ingest;

import dev.sluice.gateway.ingest.CreditedFrames.Received;
import dev.sluice.gateway.ingest.Frame.Origin;
import dev.sluice.gateway.ingest.Ingest.Answer;
import dev.sluice.gateway.ingest.IngestBudget.Reservation;
import dev.sluice.gateway.rsocket.RSocketDoor;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.util.ByteBufPayload;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Events over RSocket, route {@code streams.{stream}.events}: request-channel (frames in, acks out,
 * in their order) and request-response (one frame, one ack).
 */
final class IngestRSocket implements RSocketDoor {
  private static final Pattern ROUTE = Pattern.compile("streams\\.(.+)\\.events");

  private final Ingest ingest;
  private final FrameCredit credit;
  private final IngestThreads threads;
  private final int maxUnread;

  /**
   * @param maxUnread frames of a channel that may wait for their ack or for its being read
   */
  IngestRSocket(Ingest ingest, FrameCredit credit, IngestThreads threads, int maxUnread) {
    this.ingest = ingest;
    this.credit = credit;
    this.threads = threads;
    this.maxUnread = maxUnread;
  }

  @Override
  public boolean leadsTo(String route) {
    return ROUTE.matcher(route).matches();
  }

  @Override
  public Flux<Payload> channel(Request request, Flux<Payload> payloads) {
    Door door = new Door(request);
    Scheduler thread = threads.next();
    return new CreditedFrames(payloads.map(IngestRSocket::bytes), credit)
        .index((number, received) -> door.store(number, received, thread))
        .flatMapSequential(answer -> answer, maxUnread, 1)
        .map(IngestRSocket::payload);
  }

  @Override
  public Mono<Payload> response(Request request, Payload payload) {
    byte[] data = bytes(payload);
    Door door = new Door(request);
    Reservation room = credit.budget().tryReserve(Math.min(data.length, credit.frameBytes()));
    return ingest.ingest(door.frame(0, data), room, threads.next()).map(IngestRSocket::payload);
  }

  /** What the frames of one request have in common. */
  private final class Door {
    private final String stream;
    private final FrameFormat format;
    private final Origin origin;

    Door(Request request) {
      Matcher route = ROUTE.matcher(request.route());
      if (!route.matches()) {
        throw new IllegalArgumentException(request.route());
      }
      stream = route.group(1);
      format = format(request.dataMimeType());
      origin = new Origin("rsocket", request.connection());
      ingest.stream(stream);
    }

    Frame frame(long number, byte[] data) {
      return new Frame(stream, number, format, data, origin);
    }

    Mono<Answer> store(long number, Received received, Scheduler thread) {
      return ingest
          .ingest(frame(number, received.data()), received.room(), thread)
          .doFinally(end -> received.answered());
    }
  }

  private static FrameFormat format(String mimeType) {
    return switch (mimeType) {
      case "application/x-ndjson", "application/ndjson" -> FrameFormat.NDJSON;
      // What a client says that leaves its set-up at the defaults.
      case "application/json", "application/octet-stream", "application/binary", "" ->
          FrameFormat.EITHER;
      default ->
          throw Problem.of(
                  ProblemCode.MEDIA_TYPE_UNSUPPORTED,
                  "a connection's data MIME type must be application/json or application/x-ndjson: was "
                      + mimeType)
              .toException();
    };
  }

  private static byte[] bytes(Payload payload) {
    try {
      return ByteBufUtil.getBytes(payload.sliceData());
    } finally {
      payload.release();
    }
  }

  private static Payload payload(Answer answer) {
    return ByteBufPayload.create(Unpooled.wrappedBuffer(answer.json()));
  }
}
