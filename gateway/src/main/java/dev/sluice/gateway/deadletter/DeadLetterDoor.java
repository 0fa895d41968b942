package dev.sluice.gateway.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.deadletter.DeadLetters;
import dev.sluice.engine.deadletter.Entry;
import dev.sluice.engine.deadletter.LetterCounts;
import dev.sluice.engine.deadletter.LetterPage;
import dev.sluice.engine.deadletter.Replayed;
import dev.sluice.engine.deadletter.Selection;
import dev.sluice.gateway.audit.Deeds;
import dev.sluice.gateway.http.Accepted;
import dev.sluice.gateway.http.Channels;
import dev.sluice.gateway.ingest.LetterDoor;
import dev.sluice.gateway.security.Caller;
import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.channel.Channel;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Dead letters over HTTP. */
final class DeadLetterDoor {
  private static final MediaType NDJSON = MediaType.parseMediaType("application/x-ndjson");
  private static final List<MediaType> FACES =
      List.of(MediaType.APPLICATION_JSON, NDJSON, MediaType.TEXT_EVENT_STREAM);
  private static final byte[] SSE_OPENING = "retry: 1000\n\n".getBytes(UTF_8);
  private static final byte[] NOTHING = {};
  private static final int PAGE = 50;
  private static final int STREAMED_PAGE = 100;

  private final DeadLetters letters;
  private final LetterDoor door;
  private final LetterReaders readers;
  private final Streams streams;
  private final Clock clock;
  private final Deeds deeds;

  DeadLetterDoor(
      DeadLetters letters,
      LetterDoor door,
      LetterReaders readers,
      Streams streams,
      Clock clock,
      Deeds deeds) {
    this.letters = letters;
    this.door = door;
    this.readers = readers;
    this.streams = streams;
    this.clock = clock;
    this.deeds = deeds;
  }

  /** A page as JSON, all that there are as NDJSON, or what comes as server-sent events. */
  Mono<ServerResponse> look(ServerRequest request) {
    MediaType face = Accepted.of(request, FACES);
    CatalogStream stream = stream(request);
    LetterQuestion question =
        LetterQuestion.ofLooking(request.queryParams(), stream, clock.instant());
    if (face.equals(MediaType.TEXT_EVENT_STREAM)) {
      return follow(request, stream, question);
    }
    long from = place(question, LetterIds.of(stream));
    return face.equals(NDJSON)
        ? lines(request, stream, question, from)
        : page(request, stream, question, from);
  }

  private Mono<ServerResponse> page(
      ServerRequest request, CatalogStream stream, LetterQuestion question, long from) {
    int limit = Objects.requireNonNullElse(question.limit(), PAGE);
    // Counted first: what comes meanwhile is told twice to who goes on from there, and not never.
    return letters
        .counts(stream)
        .flatMap(
            counts ->
                read(stream, question, from, limit)
                    .flatMap(page -> ok(json(shown(request, stream), page, counts))));
  }

  private Mono<LetterPage> read(
      CatalogStream stream, LetterQuestion question, long from, int limit) {
    return question.newestFirst()
        ? letters.newest(stream, question.filter(), from, limit)
        : letters.oldest(stream, question.filter(), from, limit);
  }

  private ShownLetters shown(ServerRequest request, CatalogStream stream) {
    return new ShownLetters(streams, stream, Caller.of(request.exchange()).rights());
  }

  private static ObjectNode json(ShownLetters shown, LetterPage page, LetterCounts counts) {
    LetterIds ids = LetterIds.of(shown.stream());
    ObjectNode json = LetterJson.JSON.createObjectNode();
    ArrayNode array = json.putArray("letters");
    for (Entry entry : page.entries()) {
      if (entry instanceof Entry.Letter one) {
        array.add(shown.json(one.letter()));
      }
    }
    next(json, page, ids);
    json.put("live", live(ids, counts.end()));
    json.set("counts", LetterJson.of(counts));
    return json;
  }

  private static void next(ObjectNode json, LetterPage page, LetterIds ids) {
    if (page.more()) {
      json.put("next", ids.text(Math.max(0, page.at())));
    } else {
      json.putNull("next");
    }
  }

  private static @Nullable String live(LetterIds ids, long end) {
    return end == 0 ? null : ids.text(end - 1);
  }

  private Mono<ServerResponse> lines(
      ServerRequest request, CatalogStream stream, LetterQuestion question, long from) {
    Channel channel = Channels.of(request.exchange().getRequest());
    LetterIds ids = LetterIds.of(stream);
    ShownLetters shown = shown(request, stream);
    AtomicLong at = new AtomicLong(from);
    AtomicLong left = new AtomicLong(question.limit() == null ? Long.MAX_VALUE : question.limit());
    AtomicBoolean more = new AtomicBoolean(true);
    Mono<byte[]> next =
        LetterReaders.room(channel)
            .then(
                Mono.defer(
                    () ->
                        read(
                            stream, question, at.get(), (int) Math.min(STREAMED_PAGE, left.get()))))
            .map(
                page -> {
                  StringBuilder text = new StringBuilder();
                  for (Entry entry : page.entries()) {
                    if (entry instanceof Entry.Letter one) {
                      text.append("{\"letter\":").append(shown.json(one.letter())).append("}\n");
                    }
                  }
                  at.set(page.at());
                  more.set(page.more() && left.addAndGet(-page.entries().size()) > 0);
                  if (!more.get()) {
                    ObjectNode end = LetterJson.JSON.createObjectNode();
                    next(end.putObject("end"), page, ids);
                    text.append(end).append('\n');
                  }
                  return text.toString().getBytes(UTF_8);
                });
    return readers.answer(request, NDJSON, NOTHING, next.repeat(more::get));
  }

  private Mono<ServerResponse> follow(
      ServerRequest request, CatalogStream stream, LetterQuestion question) {
    LetterIds ids = LetterIds.of(stream);
    String last = request.headers().firstHeader("Last-Event-ID");
    String after = last == null ? question.after() : last;
    Channel channel = Channels.of(request.exchange().getRequest());
    return start(stream, ids, after, question)
        .flatMap(
            from ->
                readers.answer(
                    request,
                    MediaType.TEXT_EVENT_STREAM,
                    SSE_OPENING,
                    new LetterStream(
                            letters, shown(request, stream), question.filter(), from, channel)
                        .events()));
  }

  /** Behind where it was; from the beginning of the filter's time; else from now on. */
  private Mono<Long> start(
      CatalogStream stream, LetterIds ids, @Nullable String after, LetterQuestion question) {
    if (after != null) {
      Long offset = ids.offset(after, ProblemCode.RESUME_TOKEN_INVALID, "Last-Event-ID");
      return offset == null ? Mono.error(LetterQuestion.expired(after)) : Mono.just(offset);
    }
    return question.sinceWhen()
        ? Mono.just(-1L)
        : letters.counts(stream).map(counts -> counts.end() - 1);
  }

  private long place(LetterQuestion question, LetterIds ids) {
    if (question.after() == null) {
      return question.newestFirst() ? Long.MAX_VALUE : -1;
    }
    Long offset = ids.offset(question.after(), ProblemCode.QUERY_PARAMETER, "after");
    if (offset == null) {
      throw LetterQuestion.expired(question.after());
    }
    return offset;
  }

  /** Sends letters again. */
  Mono<ServerResponse> replay(ServerRequest request) {
    CatalogStream stream = stream(request);
    String name = stream.definition().name();
    door.requireWritable(name);
    LetterIds ids = LetterIds.of(stream);
    Selection selection = selection(request, stream);
    return told("replay", request, name)
        .then(
            Mono.defer(() -> letters.replay(stream, selection, letter -> door.again(name, letter))))
        .flatMap(replayed -> ok(json(replayed, ids)));
  }

  private static ObjectNode json(Replayed replayed, LetterIds ids) {
    ObjectNode json = LetterJson.JSON.createObjectNode();
    json.put("replayed", replayed.replayed());
    json.put("rejected", replayed.rejected().values().stream().mapToLong(Long::longValue).sum());
    json.put("absent", replayed.absent());
    LetterJson.put(json, "codes", replayed.rejected());
    ArrayNode first = json.putArray("letters");
    for (Replayed.Again again : replayed.first()) {
      LetterJson.put(first.addObject().put("id", ids.text(again.offset())), again.reason());
    }
    return json;
  }

  /** Deletes letters. */
  Mono<ServerResponse> delete(ServerRequest request) {
    CatalogStream stream = stream(request);
    Selection selection = selection(request, stream);
    return told("delete", request, stream.definition().name())
        .then(Mono.defer(() -> letters.delete(stream, selection)))
        .flatMap(deleted -> ok(LetterJson.JSON.createObjectNode().put("deleted", deleted)));
  }

  /** With what says which letters are meant. */
  private Mono<Void> told(String action, ServerRequest request, String stream) {
    return deeds.tell(
        action, "dead-letters", stream, LetterJson.JSON.valueToTree(request.queryParams()));
  }

  private Selection selection(ServerRequest request, CatalogStream stream) {
    return LetterQuestion.ofTaking(request.queryParams(), stream, clock.instant())
        .selection(LetterIds.of(stream));
  }

  private CatalogStream stream(ServerRequest request) {
    String name = request.pathVariable("stream");
    CatalogStream stream = streams.find(name);
    if (stream == null) {
      List<String> names = streams.all().stream().map(one -> one.definition().name()).toList();
      throw Problem.of(
              ProblemCode.STREAM_UNKNOWN, "there is no stream " + name + Nearest.hint(name, names))
          .toException();
    }
    if (stream.definition().foreign() != null) {
      throw Problem.of(
              ProblemCode.STREAM_READ_ONLY,
              "the stream "
                  + name
                  + " is a view of the topic "
                  + stream.definition().topic()
                  + ", which is only read: nothing is rejected, so it has no dead letters")
          .toException();
    }
    return stream;
  }

  private static Mono<ServerResponse> ok(ObjectNode json) {
    return ServerResponse.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .bodyValue(LetterJson.JSON.writeValueAsBytes(json));
  }
}
