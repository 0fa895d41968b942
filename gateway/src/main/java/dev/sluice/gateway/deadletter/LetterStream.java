package dev.sluice.gateway.deadletter;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.deadletter.DeadLetters;
import dev.sluice.engine.deadletter.Entry;
import dev.sluice.engine.deadletter.LetterFilter;
import dev.sluice.engine.deadletter.LetterPage;
import dev.sluice.engine.deadletter.Mark;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens to a stream's dead letters, to one who follows: {@code letter}, {@code gone} (those
 * that were sent again or deleted), {@code gap} (nothing before a place is kept any more), {@code
 * counts}. Each event has the id of its place.
 */
final class LetterStream {
  private static final int AT_ONCE = 100;

  private final DeadLetters letters;
  private final Streams streams;
  private final CatalogStream stream;
  private final LetterFilter filter;
  private final LetterIds ids;
  private final ShownLetters shown;
  private final Channel channel;
  private long at;
  private @Nullable String lastCounts;
  private boolean ended;

  /**
   * @param after offset that the reader has had
   */
  LetterStream(
      DeadLetters letters, ShownLetters shown, LetterFilter filter, long after, Channel channel) {
    this.letters = letters;
    this.streams = shown.streams();
    this.stream = shown.stream();
    this.shown = shown;
    this.filter = filter;
    this.ids = LetterIds.of(stream);
    this.channel = channel;
    this.at = after;
  }

  /** The events, some at a time; the next ones are read when the connection can take them. */
  Flux<byte[]> events() {
    return Mono.defer(this::next)
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .repeat(() -> !ended);
  }

  private Mono<String> next() {
    if (isGone()) {
      return Mono.fromSupplier(() -> last(deleted()));
    }
    return LetterReaders.room(channel)
        .then(Mono.defer(this::page))
        .flatMap(page -> letters.counts(stream).map(counts -> text(page, LetterJson.of(counts))))
        .onErrorResume(
            failure ->
                LetterReaders.isSlow(failure)
                    ? Mono.error(failure)
                    : Mono.fromSupplier(() -> last(whyOf(failure))));
  }

  /** Nothing at first, so that how many there are is told at once. */
  private Mono<LetterPage> page() {
    return lastCounts == null
        ? Mono.just(new LetterPage(List.of(), at, true, 0))
        : letters.next(stream, filter, at, AT_ONCE);
  }

  private boolean isGone() {
    CatalogStream now = streams.find(stream.definition().name());
    return now == null || !now.created().equals(stream.created());
  }

  /** A topic goes before its stream does, or after. */
  private Problem whyOf(Throwable failure) {
    return isGone() ? deleted() : Problems.of(failure, "dead letters");
  }

  private Problem deleted() {
    return Problem.of(
        ProblemCode.STREAM_DELETED, "the stream " + stream.definition().name() + " was deleted");
  }

  private String text(LetterPage page, ObjectNode counts) {
    StringBuilder text = new StringBuilder();
    if (at >= 0 && page.begin() > at + 1) {
      add(
          text,
          page.begin() - 1,
          "gap",
          LetterJson.JSON.createObjectNode().put("before", ids.text(page.begin())));
    }
    for (Entry entry : page.entries()) {
      if (entry instanceof Entry.Letter one) {
        add(text, entry.offset(), "letter", shown.json(one.letter()));
      } else if (entry instanceof Mark mark) {
        add(text, entry.offset(), "gone", LetterJson.of(mark, ids));
      }
    }
    at = Math.max(page.at(), page.begin() - 1);
    String told = counts.toString();
    if (text.length() == 0 || !told.equals(lastCounts)) {
      add(text, at, "counts", told);
      lastCounts = told;
    }
    return text.toString();
  }

  private String last(Problem problem) {
    ended = true;
    StringBuilder text = new StringBuilder();
    add(text, at, "error", new String(Problems.toJson(problem), StandardCharsets.UTF_8));
    return text.toString();
  }

  private void add(StringBuilder text, long place, String event, Object data) {
    if (place >= 0) {
      text.append("id: ").append(ids.text(place)).append('\n');
    }
    text.append("event: ").append(event).append("\ndata: ").append(data).append("\n\n");
  }
}
