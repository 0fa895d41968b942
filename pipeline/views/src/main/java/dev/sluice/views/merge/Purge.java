package dev.sluice.views.merge;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Deletes what the merge has committed from the topic between the stages, now and then. Any process
 * may: deleting again what is deleted does nothing.
 */
final class Purge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Purge.class);
  static final Duration EVERY = Duration.ofSeconds(30);
  private static final int ANSWER_MS = 10_000;

  private final MergeSettings.Kafka kafka;
  private final Admin admin;
  private final Disposable running;

  Purge(MergeSettings.Kafka kafka, Duration every) {
    this.kafka = kafka;
    this.admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                ANSWER_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                ANSWER_MS / 2));
    this.running =
        Flux.interval(every)
            .onBackpressureDrop()
            .concatMap(tick -> purge().onErrorResume(Purge::later), 1)
            .subscribe();
  }

  private Mono<Void> purge() {
    return committed().flatMap(this::delete);
  }

  private Mono<Map<TopicPartition, OffsetAndMetadata>> committed() {
    return Mono.fromCompletionStage(
        () ->
            admin
                .listConsumerGroupOffsets(
                    kafka.application(), new ListConsumerGroupOffsetsOptions().requireStable(true))
                .partitionsToOffsetAndMetadata()
                .toCompletionStage());
  }

  private Mono<Void> delete(Map<TopicPartition, OffsetAndMetadata> committed) {
    Map<TopicPartition, RecordsToDelete> done = new HashMap<>();
    committed.forEach(
        (partition, next) -> {
          if (partition.topic().equals(kafka.partials())) {
            done.put(partition, RecordsToDelete.beforeOffset(next.offset()));
          }
        });
    return done.isEmpty()
        ? Mono.empty()
        : Mono.fromCompletionStage(() -> admin.deleteRecords(done).all().toCompletionStage());
  }

  private static Mono<Void> later(Throwable failure) {
    LOG.info("what is merged was not deleted, and will be the next time: {}", failure.toString());
    return Mono.empty();
  }

  @Override
  public void close() {
    running.dispose();
    admin.close(Duration.ZERO);
  }
}
