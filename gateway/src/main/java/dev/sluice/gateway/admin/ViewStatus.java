package dev.sluice.gateway.admin;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.EventLog.PartitionExtent;
import dev.sluice.engine.log.Fates;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.log.GroupState;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.stream.StreamJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a view is doing, as far as the log tells: how far its first stage has read, and what became
 * of it. What cannot be told in time is null.
 */
@Component
class ViewStatus {
  private static final Logger LOG = LoggerFactory.getLogger(ViewStatus.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final EventLog log;
  private final Streams streams;

  ViewStatus(EventLog log, Streams streams) {
    this.log = log;
    this.streams = streams;
  }

  /** How far it is with what it reads. */
  private record Reading(GroupState group, List<PartitionExtent> source) {
    GroupPosition position(PartitionExtent partition) {
      GroupPosition committed = group.positions().get(partition.partition());
      return committed == null ? GroupPosition.of(partition.begin(), null) : committed;
    }

    long lag(PartitionExtent partition) {
      return Math.max(0, partition.end() - position(partition).offset());
    }

    Fates fates() {
      return group.positions().values().stream()
          .map(GroupPosition::fates)
          .reduce(Fates.NONE, Fates::plus);
    }

    long watermark() {
      return source.stream()
          .mapToLong(partition -> position(partition).watermark())
          .min()
          .orElse(Long.MIN_VALUE);
    }
  }

  Mono<ObjectNode> of(CatalogView view) {
    return Mono.zip(
            told(view, reading(view)),
            told(view, log.extents(view.stream().definition())),
            told(view, log.deadLetters(view.stream().definition())))
        .map(known -> toJson(view, known.getT1(), known.getT2(), known.getT3()));
  }

  private Mono<Reading> reading(CatalogView view) {
    CatalogStream source = streams.find(view.source());
    return source == null
        ? Mono.empty()
        : Mono.zip(
            log.groupState(view.group(), source.definition().topic()),
            log.extents(source.definition()),
            Reading::new);
  }

  private static ObjectNode toJson(
      CatalogView view,
      Optional<Reading> reading,
      Optional<List<PartitionExtent>> rows,
      Optional<Long> deadLetters) {
    CatalogStream stream = view.stream();
    ObjectNode status = JSON.createObjectNode();
    status.put("created", Instants.text(view.created()));
    status.put("generation", view.generation());
    status.put("schema-id", stream.schemaId());
    status.put("kind", view.kind().name());
    status.put("source", view.source());
    status.put("topic", stream.definition().topic());
    status.set("fields", StreamJson.toJson(stream.definition()).path("fields"));
    status.putNull("state").putNull("instances").putNull("lag").putNull("watermark");
    status.putNull("records").putNull("bytes").putNull("dead-letters");
    status.putNull("partitions").putNull("accounting");
    reading.ifPresent(known -> read(status, known));
    rows.ifPresent(
        extents ->
            status
                .put("records", extents.stream().mapToLong(PartitionExtent::records).sum())
                .put("bytes", extents.stream().mapToLong(PartitionExtent::bytes).sum()));
    deadLetters.ifPresent(count -> status.put("dead-letters", count));
    return status;
  }

  private static void read(ObjectNode status, Reading known) {
    int instances = known.group().members();
    status.put("state", instances > 0 ? "running" : "stopped");
    status.put("instances", instances);
    status.put("lag", known.source().stream().mapToLong(known::lag).sum());
    status.put("watermark", text(known.watermark()));
    ArrayNode partitions = status.putArray("partitions");
    for (PartitionExtent partition : known.source()) {
      partitions
          .addObject()
          .put("partition", partition.partition())
          .put("offset", known.position(partition).offset())
          .put("lag", known.lag(partition))
          .put("watermark", text(known.position(partition).watermark()));
    }
    Fates fates = known.fates();
    status
        .putObject("accounting")
        .put("read", fates.read())
        .put("undecodable", fates.undecodable())
        .put("outside", fates.outside())
        .put("duplicate", fates.duplicate())
        .put("filtered", fates.filtered())
        .put("late", fates.late())
        .put("counted", fates.counted());
  }

  private static @Nullable String text(long watermark) {
    return watermark == Long.MIN_VALUE ? null : Instants.text(Instant.ofEpochMilli(watermark));
  }

  private static <T> Mono<Optional<T>> told(CatalogView view, Mono<T> asked) {
    return asked
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .timeout(PATIENCE)
        .onErrorResume(failure -> untold(view, failure));
  }

  private static <T> Mono<Optional<T>> untold(CatalogView view, Throwable failure) {
    if (!(failure instanceof TimeoutException)) {
      Problem problem = Problems.of(failure, "status of the view " + view.name());
      LOG.debug("status not told view={} problem={}", view.name(), problem);
    }
    return Mono.just(Optional.empty());
  }
}
