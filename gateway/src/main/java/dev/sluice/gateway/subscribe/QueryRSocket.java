package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.LiveQueries;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryRequest;
import dev.sluice.gateway.quota.Asked;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.rsocket.RSocketDoor;
import dev.sluice.gateway.security.Caller;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.util.ByteBufPayload;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Questions over RSocket: a request-stream on the route {@code query} whose data is the body of
 * {@code POST /v1/query}, with one question or several. Each payload is one line of NDJSON or
 * several that left together; what was requested is the demand, and nothing is buffered beyond it
 * but the subscriber's own. A question whose resume token is that of its end completes at once.
 */
@Component
final class QueryRSocket implements RSocketDoor {
  private static final String ROUTE = "query";

  private final LiveQueries queries;
  private final QuerySets sets;
  private final OpenStreams openStreams;
  private final Quotas quotas;
  private final Outflow outflow;

  QueryRSocket(
      LiveQueries queries,
      QuerySets sets,
      OpenStreams openStreams,
      Quotas quotas,
      Outflow outflow) {
    this.queries = queries;
    this.sets = sets;
    this.openStreams = openStreams;
    this.quotas = quotas;
    this.outflow = outflow;
  }

  @Override
  public boolean leadsTo(String route) {
    return route.equals(ROUTE);
  }

  /** What is asked decides, once it is understood. */
  @Override
  public void require(Request request) {}

  @Override
  public Flux<Payload> stream(Request request, Payload payload) {
    JsonNode asked = Questions.object(bytes(payload));
    if (QuerySet.isOne(asked)) {
      return payloads(
          sets.answer(sets.read(asked), request.caller(), () -> 0), QueryEvent.Format.NDJSON);
    }
    Question question = Questions.of(asked);
    QueryEvent.Format format = Face.NDJSON.format(question.ids());
    Caller caller = request.caller();
    return payloads(
        Flux.using(
            () -> quotas.ask(caller),
            counted -> answer(question.request(), caller, counted, format)),
        format);
  }

  private Flux<QueryEvent> answer(
      QueryRequest question, Caller caller, Asked asked, QueryEvent.Format format) {
    return queries
        .open(question, caller.rights())
        .flatMapMany(
            query ->
                query.finished()
                    ? Mono.<QueryEvent>empty()
                    : openStreams.answer(caller, asked, query, format, () -> 0));
  }

  private Flux<Payload> payloads(Flux<QueryEvent> events, QueryEvent.Format format) {
    return events.map(
        event -> {
          byte[] encoded = event.encoded(format);
          outflow.rsocket().took(1, event.rows(), encoded.length);
          return ByteBufPayload.create(Unpooled.wrappedBuffer(encoded));
        });
  }

  private static byte[] bytes(Payload payload) {
    try {
      return ByteBufUtil.getBytes(payload.sliceData());
    } finally {
      payload.release();
    }
  }
}
