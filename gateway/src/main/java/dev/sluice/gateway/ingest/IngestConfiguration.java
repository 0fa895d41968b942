package dev.sluice.gateway.ingest;

import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RequestPredicates.POST;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Stage;
import dev.sluice.engine.log.EventLog;
import dev.sluice.gateway.http.Stopping;
import dev.sluice.gateway.ingest.FrameCredit.UnreadAcks;
import dev.sluice.gateway.presence.Arrivals;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.security.Expiry;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class IngestConfiguration {
  private static final String EVENTS = "/v1/streams/{stream}/events";

  @Bean
  IngestThreads ingestThreads(IngestProperties properties) {
    return new IngestThreads(properties.threadCount());
  }

  @Bean
  IngestBudget ingestBudget(
      IngestProperties properties,
      Flow flow,
      @Value("${sluice.kafka.producer-memory:128MB}") DataSize producerMemory) {
    properties.requireWithin(producerMemory);
    return new IngestBudget(
        properties.bytes().toBytes(),
        properties.waitingRequests(),
        properties.requestWait(),
        Schedulers.parallel(),
        flow);
  }

  @Bean
  FrameCredit frameCredit(IngestProperties properties, IngestBudget budget, Flow flow) {
    FrameCredit credit =
        new FrameCredit(
            budget,
            (int) properties.frameBytes().toBytes(),
            properties.connectionBytes().toBytes(),
            properties.grants(),
            new UnreadAcks(properties.ackBytes().toBytes(), properties.ackTimeout()),
            System::nanoTime,
            Schedulers.parallel());
    flow.add(credit.acks());
    flow.add(credit.ackBytes());
    return credit;
  }

  @Bean
  AckWatch ackWatch(FrameCredit credit) {
    return new AckWatch(credit, Schedulers.parallel());
  }

  @Bean
  Doors doors(FrameCredit credit, Flow flow) {
    return new Doors(
        flow,
        credit.describe(new Hop(Stage.DOORS_IN, Doors.RSOCKET)),
        credit.describe(new Hop(Stage.DOORS_IN, Doors.WEBSOCKET)),
        new Hop(Stage.DOORS_IN, Doors.HTTP));
  }

  @Bean
  Ingest ingest(
      IngestProperties properties,
      Streams streams,
      EventLog log,
      IngestBudget budget,
      Clock clock,
      Doors doors,
      Flow flow) {
    return new Ingest(streams, log::append, budget, properties.frameBounds(), clock, doors, flow);
  }

  @Bean
  LetterDoor letterDoor(Ingest ingest) {
    return new LetterDoor(ingest);
  }

  @Bean
  FrameChannels frameChannels(
      IngestProperties properties,
      Ingest ingest,
      FrameCredit credit,
      IngestThreads threads,
      Arrivals arrivals) {
    return new FrameChannels(ingest, credit, threads, properties.acks(), arrivals);
  }

  @Bean
  IngestRSocket ingestRSocket(
      IngestProperties properties,
      Ingest ingest,
      FrameChannels channels,
      IngestBudget budget,
      IngestThreads threads,
      Quotas quotas) {
    return new IngestRSocket(
        ingest, channels, budget, threads, quotas, (int) properties.frameBytes().toBytes());
  }

  @Bean
  RouterFunction<ServerResponse> ingestHttp(
      IngestProperties properties,
      Ingest ingest,
      FrameChannels channels,
      FrameCredit credit,
      IngestThreads threads,
      Quotas quotas,
      Stopping stopping,
      Expiry expiry) {
    int frameBytes = (int) properties.frameBytes().toBytes();
    IngestHttp http =
        new IngestHttp(ingest, credit, threads, quotas, frameBytes, properties.bodyTimeout());
    IngestWebSocket webSocket =
        new IngestWebSocket(
            ingest, channels, quotas, frameBytes, properties.pingEvery(), stopping, expiry);
    return route(POST(EVENTS), http::store)
        .andRoute(GET(EVENTS), webSocket::open)
        .andRoute(path(EVENTS), IngestConfiguration::refuse);
  }

  /** A route that takes no other method says so; without this one, nothing would be there. */
  private static Mono<ServerResponse> refuse(ServerRequest request) {
    return Mono.error(new MethodNotAllowedException(request.method(), List.of(HttpMethod.POST)));
  }
}
