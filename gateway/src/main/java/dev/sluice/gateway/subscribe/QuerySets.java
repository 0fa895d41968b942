package dev.sluice.gateway.subscribe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.engine.query.LiveQueries;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.RoundRobin;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.gateway.quota.Asked;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.security.Caller;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Answers several questions on one stream, in turns. Each has its own subscriber with its own
 * buffer: one that is slow, fails or ends does so alone.
 *
 * <p>An event is the line that the question's own NDJSON answer would have, with the question's id
 * put in front: rows are encoded once, for whoever asks alone and with others.
 */
@Component
final class QuerySets {
  private final LiveQueries queries;
  private final OpenStreams openStreams;
  private final Quotas quotas;
  private final int most;

  QuerySets(
      LiveQueries queries, OpenStreams openStreams, Quotas quotas, QueryProperties properties) {
    this.queries = queries;
    this.openStreams = openStreams;
    this.quotas = quotas;
    this.most = properties.maxSet();
  }

  QuerySet read(JsonNode body) {
    return QuerySet.of(body, most);
  }

  /**
   * Events of all, one after the other; several rows that left together are one.
   *
   * @param outbound bytes that wait in the connection
   */
  Flux<QueryEvent> answer(QuerySet set, Caller caller, LongSupplier outbound) {
    return new RoundRobin<>(
        set.members().stream()
            .map(
                member ->
                    answer(member.question(), caller, outbound)
                        .<QueryEvent>map(event -> new Enveloped(member.id(), event)))
            .toList());
  }

  private Flux<QueryEvent> answer(Question question, Caller caller, LongSupplier outbound) {
    return Flux.using(() -> quotas.ask(caller), asked -> answer(question, caller, asked, outbound))
        .onErrorResume(
            failure -> Mono.just(QueryEvent.error(Problems.of(failure, "a query of several"))));
  }

  private Flux<QueryEvent> answer(
      Question question, Caller caller, Asked asked, LongSupplier outbound) {
    return queries
        .open(question.request(), caller.rights())
        .flatMapMany(
            query ->
                query.finished()
                    ? Flux.just(QueryEvent.over())
                    : openStreams.answer(caller, asked, query, Format.NDJSON_IDS, outbound));
  }

  /** An event whose lines have the question's id as their objects' first member. */
  private record Enveloped(String id, QueryEvent event) implements QueryEvent {
    @Override
    public Kind kind() {
      return event.kind();
    }

    @Override
    public int rows() {
      return event.rows();
    }

    @Override
    public byte[] encoded(Format format) {
      boolean sse = format == Format.SSE;
      byte[] lines = event.encoded(Format.NDJSON_IDS);
      String name = kind().name().toLowerCase(Locale.ROOT);
      byte[] before =
          ((sse ? "event: " + name + "\ndata: " : "") + "{\"query\":\"" + id + "\",")
              .getBytes(US_ASCII);
      ByteArrayOutputStream out =
          new ByteArrayOutputStream(lines.length + Math.max(1, rows()) * (before.length + 1));
      int start = 0;
      for (int end = 0; end < lines.length; end++) {
        if (lines[end] == '\n') {
          out.writeBytes(before);
          out.write(lines, start + 1, end - start);
          if (sse) {
            out.write('\n');
          }
          start = end + 1;
        }
      }
      return out.toByteArray();
    }
  }
}
