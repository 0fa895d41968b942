package dev.sluice.gateway.ingest;

import dev.sluice.gateway.ingest.Frame.Origin;
import dev.sluice.gateway.ingest.IngestBudget.Reservation;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.quota.Rate;
import dev.sluice.gateway.security.Caller;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Scheduler;

/**
 * Events over HTTP: one frame a request. A request waits for room before its body is read, so that
 * the senders' own sockets hold what the gateway must not; one whose body is compressed waits for
 * room for the greatest frame.
 */
final class IngestHttp {
  /** How many more requests there is room for now, each with the greatest frame. */
  static final String CREDIT = "Sluice-Credit";

  private static final String RETRY_AFTER_SECONDS = "1";

  private final Ingest ingest;
  private final FrameCredit credit;
  private final IngestThreads threads;
  private final Quotas quotas;
  private final int frameBytes;
  private final Duration bodyTimeout;

  IngestHttp(
      Ingest ingest,
      FrameCredit credit,
      IngestThreads threads,
      Quotas quotas,
      int frameBytes,
      Duration bodyTimeout) {
    this.ingest = ingest;
    this.credit = credit;
    this.threads = threads;
    this.quotas = quotas;
    this.frameBytes = frameBytes;
    this.bodyTimeout = bodyTimeout;
  }

  Mono<ServerResponse> store(ServerRequest request) {
    ServerHttpResponse response = request.exchange().getResponse();
    Rate rate = quotas.rate(Caller.of(request.exchange()));
    response.beforeCommit(() -> Mono.fromRunnable(() -> tellCredit(response, rate)));
    return Mono.defer(() -> checkedAndStored(request, rate)).flatMap(IngestHttp::respond);
  }

  /** Whatever the answer is: a problem says as well when to come back. */
  private void tellCredit(ServerHttpResponse response, Rate rate) {
    HttpHeaders headers = response.getHeaders();
    headers.set(CREDIT, Long.toString(requestsAhead(rate)));
    if (HttpStatus.TOO_MANY_REQUESTS.equals(response.getStatusCode())) {
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(rate.secondsUntilDue()));
    }
  }

  private long requestsAhead(Rate rate) {
    long ahead = rate.nanosUntilDue() > 0 ? 0 : credit.requestsAhead();
    while (ahead > 1 && !rate.allows(ahead)) {
      ahead--;
    }
    return ahead;
  }

  private Mono<Answer> checkedAndStored(ServerRequest request, Rate rate) {
    String stream = ingest.stream(request.pathVariable("stream")).definition().name();
    CloudEventHeaders event = CloudEventHeaders.of(request.headers().asHttpHeaders());
    FrameFormat format = event == null ? format(request) : FrameFormat.CLOUDEVENT;
    BodyCoding coding = BodyCoding.of(request.headers().header(HttpHeaders.CONTENT_ENCODING));
    long length = request.headers().contentLength().orElse(frameBytes);
    if (length > frameBytes) {
      return Mono.error(tooLarge());
    }
    if (!request.queryParams().isEmpty()) {
      return Mono.error(
          Problem.of(
                  ProblemCode.BAD_REQUEST,
                  "this request takes no query parameters: has "
                      + String.join(", ", request.queryParams().keySet()))
              .toException());
    }
    if (rate.nanosUntilDue() > 0) {
      return Mono.error(rate.refuse().toException());
    }
    Origin origin = new Origin(Doors.HTTP, device(request), Caller.of(request.exchange()), rate);
    Scheduler thread = threads.next();
    return credit
        .budget()
        .reserve(coding == BodyCoding.IDENTITY ? length : frameBytes)
        .flatMap(
            room ->
                frame(request, coding, event, room.claim(), thread)
                    .flatMap(
                        data ->
                            ingest.ingest(
                                new Frame(stream, 0, format, data, origin), room, thread)));
  }

  /** The whole body, expanded; gives the room back if it does not come. */
  private Mono<byte[]> frame(
      ServerRequest request,
      BodyCoding coding,
      @Nullable CloudEventHeaders event,
      Reservation room,
      Scheduler thread) {
    return body(request)
        .flatMap(
            body ->
                coding == BodyCoding.IDENTITY
                    ? Mono.just(body)
                    : Mono.fromCallable(() -> coding.expand(body, frameBytes)).subscribeOn(thread))
        .flatMap(
            data ->
                event == null
                    ? Mono.just(data)
                    : Mono.fromCallable(() -> event.structured(data)).subscribeOn(thread))
        .doOnNext(data -> requireRoom(data.length, room))
        .doFinally(
            end -> {
              if (end != SignalType.ON_COMPLETE) {
                room.letGo();
              }
            });
  }

  /** An event of headers and a body is larger as one of JSON than its body was. */
  private void requireRoom(int bytes, Reservation room) {
    if (bytes > frameBytes) {
      throw tooLarge();
    }
    if (!room.resize(bytes)) {
      throw credit.budget().refuse().toException();
    }
  }

  private Mono<byte[]> body(ServerRequest request) {
    return DataBufferUtils.join(request.exchange().getRequest().getBody(), frameBytes)
        .map(IngestHttp::bytes)
        .defaultIfEmpty(new byte[0])
        .timeout(bodyTimeout)
        .onErrorMap(DataBufferLimitException.class, tooMuch -> tooLarge())
        .onErrorMap(TimeoutException.class, late -> tooSlow());
  }

  private static byte[] bytes(DataBuffer buffer) {
    byte[] bytes = new byte[buffer.readableByteCount()];
    buffer.read(bytes);
    DataBufferUtils.release(buffer);
    return bytes;
  }

  private static FrameFormat format(ServerRequest request) {
    return Formats.of(request.headers().firstHeader(HttpHeaders.CONTENT_TYPE), "Content-Type");
  }

  private static String device(ServerRequest request) {
    return request.remoteAddress().map(Object::toString).orElse("");
  }

  private ProblemException tooLarge() {
    return Problem.of(
            ProblemCode.FRAME_TOO_LARGE,
            "a frame must be at most " + frameBytes + " bytes: send it in parts")
        .toException();
  }

  private ProblemException tooSlow() {
    return Problem.of(
            ProblemCode.REQUEST_TIMEOUT,
            "the body must be there within " + bodyTimeout + ": was not")
        .toException();
  }

  private static Mono<ServerResponse> respond(Answer answer) {
    if (answer.ack() instanceof Ack.Refused refused) {
      answer.hold().letGo();
      return respond(refused.problem(), Map.of());
    }
    if (answer.ack() instanceof Ack.Retry retry) {
      answer.hold().letGo();
      return respond(retry.problem(), Map.of("frame", retry.frame(), "retry", true));
    }
    return ServerResponse.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .contentLength(answer.json().length)
        .body((response, context) -> write(answer, response));
  }

  /** Its room is held until the sender's socket has taken it. */
  private static Mono<Void> write(Answer answer, ReactiveHttpOutputMessage response) {
    return Mono.defer(
        () -> {
          answer.hold().handOver();
          return response
              .writeWith(Mono.just(response.bufferFactory().wrap(answer.json())))
              .doFinally(end -> answer.hold().letGo());
        });
  }

  private static Mono<ServerResponse> respond(Problem problem, Map<String, Object> more) {
    Map<String, Object> members = problem.toMap();
    members.putAll(more);
    ServerResponse.BodyBuilder response =
        ServerResponse.status(problem.code().status())
            .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    if (problem.code().status() == 503) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response.bodyValue(members);
  }
}
