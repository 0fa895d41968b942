package dev.sluice.gateway.ingest;

import dev.sluice.gateway.ingest.Frame.Origin;
import dev.sluice.gateway.ingest.FrameChannels.Sender;
import dev.sluice.gateway.ingest.IngestBudget.Reservation;
import dev.sluice.gateway.presence.SentKeys;
import dev.sluice.gateway.presence.Visit;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.rsocket.RSocketDoor;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.problem.ProblemException;
import io.netty.buffer.ByteBufUtil;
import io.rsocket.Payload;
import io.rsocket.util.ByteBufPayload;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Events over RSocket, route {@code streams.{stream}.events}: request-channel (frames in, acks out,
 * in their order), request-response (one frame, one ack) and fire-and-forget (one frame, and
 * nothing is answered).
 */
final class IngestRSocket implements RSocketDoor {
  private static final Pattern ROUTE = Pattern.compile("streams\\.(.+)\\.events");

  private final Ingest ingest;
  private final FrameChannels channels;
  private final IngestBudget budget;
  private final IngestThreads threads;
  private final Quotas quotas;
  private final int frameBytes;

  IngestRSocket(
      Ingest ingest,
      FrameChannels channels,
      IngestBudget budget,
      IngestThreads threads,
      Quotas quotas,
      int frameBytes) {
    this.ingest = ingest;
    this.channels = channels;
    this.budget = budget;
    this.threads = threads;
    this.quotas = quotas;
    this.frameBytes = frameBytes;
  }

  @Override
  public boolean leadsTo(String route) {
    return ROUTE.matcher(route).matches();
  }

  @Override
  public void require(Request request) {
    request.caller().rights().requireIngest(stream(request));
  }

  @Override
  public Flux<Payload> channel(Request request, Flux<Payload> payloads) {
    Sender sender = sender(request);
    ingest.stream(sender.stream());
    return Flux.defer(() -> acks(payloads.map(IngestRSocket::bytes), sender))
        .map(IngestRSocket::payload);
  }

  private Flux<Answer> acks(Flux<byte[]> frames, Sender sender) {
    Visit visit = channels.arrived(sender);
    return visit.during(channels.acks(frames, sender, visit));
  }

  @Override
  public Mono<Payload> response(Request request, Payload payload) {
    byte[] data = bytes(payload);
    Sender sender = sender(request);
    ingest.stream(sender.stream());
    return ingest
        .ingest(sender.frame(0, data), room(data), threads.next())
        .map(IngestRSocket::payload);
  }

  /** Who sends one cannot be told to wait: for what there is no room is dropped, and counted. */
  @Override
  public Mono<Void> fireAndForget(Request request, Payload payload) {
    byte[] data = bytes(payload);
    Sender sender;
    try {
      sender = sender(request);
    } catch (ProblemException noFormat) {
      ingest.forgotten();
      return Mono.empty();
    }
    return ingest.forget(sender.frame(0, data), room(data), threads.of(request.connection()));
  }

  @Override
  public void forgotten() {
    ingest.forgotten();
  }

  private @Nullable Reservation room(byte[] data) {
    return budget.tryReserve(Math.min(data.length, frameBytes));
  }

  private static String stream(Request request) {
    Matcher route = ROUTE.matcher(request.route());
    if (!route.matches()) {
      throw new IllegalArgumentException(request.route());
    }
    return route.group(1);
  }

  private Sender sender(Request request) {
    return new Sender(
        stream(request),
        format(request.dataMimeType()),
        new Origin(
            Doors.RSOCKET,
            request.connection(),
            request.caller(),
            request.peer(),
            new SentKeys(),
            quotas.rate(request.caller())));
  }

  private static FrameFormat format(String mimeType) {
    return switch (mimeType) {
      // What a client says that leaves its set-up at the defaults.
      case "application/json", "application/octet-stream", "application/binary", "" ->
          FrameFormat.EITHER;
      default -> Formats.of(mimeType, "a connection's data MIME type");
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
    return ByteBufPayload.create(answer.bytes());
  }
}
