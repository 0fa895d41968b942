package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.query.QueryRequest;
import dev.sluice.gateway.http.Stopping;
import dev.sluice.gateway.quota.TestQuotas;
import dev.sluice.gateway.rsocket.RSocketDoor;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Expiry;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.DefaultPayload;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Questions over a real RSocket connection. */
class QueryRSocketTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final RSocketDoor.Request REQUEST =
      new RSocketDoor.Request("query", "application/json", "test", Caller.ANYONE);

  private final ScriptedQueries queries = new ScriptedQueries();
  private final OpenStreams openStreams =
      new OpenStreams(new SimpleMeterRegistry(), new Stopping(), new Expiry(Clock.systemUTC()));
  private final QueryRSocket door =
      new QueryRSocket(
          queries,
          new QuerySets(
              queries,
              openStreams,
              TestQuotas.none(),
              new QueryProperties(DataSize.ofMegabytes(1), 2)),
          openStreams,
          TestQuotas.none(),
          new Outflow(new Flow(new SimpleMeterRegistry())));
  private final CloseableChannel server =
      Objects.requireNonNull(
          RSocketServer.create(
                  SocketAcceptor.forRequestStream(payload -> door.stream(REQUEST, payload)))
              .bind(TcpServerTransport.create("127.0.0.1", 0))
              .block(SOON));
  private final RSocket client =
      Objects.requireNonNull(
          RSocketConnector.connectWith(TcpClientTransport.create(server.address())).block(SOON));

  @AfterEach
  void close() {
    client.dispose();
    server.dispose();
  }

  private Flux<String> ask(String body) {
    return client
        .requestStream(DefaultPayload.create(body))
        .map(
            payload -> {
              String text = payload.getDataUtf8();
              payload.release();
              return text;
            });
  }

  @Test
  void whatIsRequestedIsTheDemand() {
    queries.put("endless", false, Flux.range(0, Integer.MAX_VALUE).map(ScriptedQueries::row));

    StepVerifier.create(ask("{\"sql\": \"endless\"}"), 3)
        .expectNext("{\"row\":{\"n\":0}}\n", "{\"row\":{\"n\":1}}\n", "{\"row\":{\"n\":2}}\n")
        .expectNoEvent(Duration.ofMillis(200))
        .then(() -> assertThat(queries.emitted).hasValue(3))
        .thenRequest(2)
        .expectNextCount(2)
        .thenCancel()
        .verify(SOON);
  }

  @Test
  void severalQuestionsAreAnsweredInTurns() {
    queries.put("endless", false, Flux.range(0, Integer.MAX_VALUE).map(ScriptedQueries::row));
    queries.put("short", true, Flux.just(ScriptedQueries.row(7)));

    StepVerifier.create(
            ask(
                "{\"queries\":[{\"id\":\"a\",\"sql\":\"endless\"},{\"id\":\"b\",\"sql\":\"short\"}]}"),
            40)
        .recordWith(ArrayList::new)
        .expectNextCount(40)
        .consumeRecordedWith(
            events ->
                assertThat(events)
                    .contains("{\"query\":\"a\",\"row\":{\"n\":30}}\n")
                    .contains("{\"query\":\"b\",\"row\":{\"n\":7}}\n"))
        .thenCancel()
        .verify(SOON);
  }

  @Test
  void theAnswerEndsAfterItsEnd() {
    queries.put("short", true, Flux.just(ScriptedQueries.row(1), ScriptedQueries.end()));

    StepVerifier.create(
            ask("{\"sql\": \"short\", \"after\": \"token\", \"overflow\": \"conflate\"}"))
        .expectNextCount(2)
        .expectComplete()
        .verify(SOON);
    assertThat(queries.last)
        .isEqualTo(new QueryRequest("short", null, null, null, null, "token", "conflate"));
  }

  @Test
  void aQuestionThatIsOverCompletes() {
    queries.putFinished("over");

    StepVerifier.create(ask("{\"sql\": \"over\"}")).expectComplete().verify(SOON);
  }

  @Test
  void whatIsWrongIsAProblem() {
    assertThat(door.leadsTo("query")).isTrue();
    assertThat(door.leadsTo("queries")).isFalse();
    Payload wrong = DefaultPayload.create("{\"sequel\": \"x\"}");
    assertThatThrownBy(() -> door.stream(REQUEST, wrong).blockLast(SOON))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.QUERY_PARAMETER));
  }
}
