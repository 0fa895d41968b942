package dev.sluice.engine.query.violation;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.kafka.receiver.KafkaReceiver;

/** Breaks the rules of the engine, to show that they bite. */
public final class WaitsAndKnowsReactorKafka {
  @Nullable KafkaReceiver<String, String> receiver;
  org.apache.kafka.common.@Nullable TopicPartition partition;
  @Nullable ApplicationContext transport;

  Object waits() throws InterruptedException {
    Thread.sleep(1);
    Flux<Integer> flux = Flux.just(1);
    flux.toIterable();
    flux.toStream().close();
    flux.blockLast();
    return Mono.just(1).block();
  }
}
