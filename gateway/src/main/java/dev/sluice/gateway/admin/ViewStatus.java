package dev.sluice.gateway.admin;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.ViewState;
import dev.sluice.engine.catalog.ViewState.Merged;
import dev.sluice.engine.catalog.ViewStates;
import dev.sluice.engine.deadletter.DeadLetters;
import dev.sluice.engine.deadletter.LetterCounts;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a view is doing: how far its first stage has read, and what became of it, as the log tells,
 * and what the processes of the pipeline say of it. What cannot be told in time is null.
 */
@Component
class ViewStatus {
  private static final Logger LOG = LoggerFactory.getLogger(ViewStatus.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String STOPPED = "stopped";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final EventLog log;
  private final DeadLetters deadLetters;
  private final Catalog catalog;
  private final ViewStates states;

  ViewStatus(EventLog log, DeadLetters deadLetters, Catalog catalog) {
    this.log = log;
    this.deadLetters = deadLetters;
    this.catalog = catalog;
    this.states = catalog.viewStates();
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

    long lag() {
      return source.stream().mapToLong(this::lag).sum();
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
    String about = "the view " + view.name();
    return Mono.zip(
            told(about, reading(view)),
            told(about, log.extents(view.stream().definition())),
            told(about, deadLetters.counts(view.stream()).map(LetterCounts::all)),
            told(about, said(view)),
            told(about, webhook(view)))
        .map(
            known ->
                toJson(
                    view,
                    new Told(
                        known.getT1(), known.getT2(), known.getT3(), known.getT4(), known.getT5())))
        .flatMap(status -> building(view.name()).map(build -> status.set("building", build)));
  }

  /** How what is built to take its place is; null if nothing is. */
  private Mono<JsonNode> building(String view) {
    CatalogView build = catalog.findBuild(view);
    if (build == null) {
      return Mono.just(JSON.nullNode());
    }
    String about = "the build of " + view;
    return Mono.zip(told(about, reading(build)), told(about, states.all()))
        .map(
            known ->
                building(
                    build,
                    known.getT1(),
                    known.getT2().map(all -> all.get(build.generation())).orElse(null)));
  }

  private static JsonNode building(
      CatalogView build, Optional<Reading> reading, @Nullable ViewState said) {
    ObjectNode status =
        JSON.createObjectNode()
            .put("since", Instants.text(build.created()))
            .put("generation", build.generation())
            .put("sql", build.definition().sql())
            .put("state", buildState(said));
    status.putNull("lag").putNull("watermark").putNull("failure");
    reading.ifPresent(
        known -> status.put("lag", known.lag()).put("watermark", text(known.watermark())));
    failure(status, said);
    return status;
  }

  private static String buildState(@Nullable ViewState said) {
    if (said == null) {
      return STOPPED;
    }
    return said.failure() == null ? "building" : "failing";
  }

  private static void failure(ObjectNode status, @Nullable ViewState said) {
    Problem failure = said == null ? null : said.failure();
    if (failure != null) {
      status
          .putObject("failure")
          .put("code", failure.code().name())
          .put("detail", failure.detail());
    }
  }

  /** What was told in time. */
  private record Told(
      Optional<Reading> reading,
      Optional<List<PartitionExtent>> rows,
      Optional<Long> deadLetters,
      Optional<Said> said,
      Optional<Reading> webhook) {}

  /** Views by their generation as the pipeline says; empty if that cannot be told in time. */
  Mono<Optional<Map<Long, ViewState>>> states() {
    return told("views", states.all());
  }

  /** How a view is, in a word. */
  static String state(@Nullable ViewState said) {
    if (said == null) {
      return STOPPED;
    }
    if (said.failure() != null) {
      return "failing";
    }
    return said.behind() ? "catching-up" : "running";
  }

  /**
   * What the pipeline says.
   *
   * @param state empty: nothing
   * @param rows of its table, about; empty if it has none
   */
  private record Said(Optional<ViewState> state, Optional<Long> rows) {}

  private Mono<Said> said(CatalogView view) {
    Mono<Optional<Long>> rows =
        view.definition().table()
            ? states.tableRows(view.name()).map(Optional::of).defaultIfEmpty(Optional.empty())
            : Mono.just(Optional.empty());
    return Mono.zip(
        states.all().map(all -> Optional.ofNullable(all.get(view.generation()))), rows, Said::new);
  }

  private Mono<Reading> reading(CatalogView view) {
    CatalogStream source = catalog.find(view.source());
    return source == null
        ? Mono.empty()
        : Mono.zip(
            log.groupState(view.group(), source.definition().topic()),
            log.extents(source.definition()),
            Reading::new);
  }

  /** How far its webhook is with its rows; empty if it has none. */
  private Mono<Reading> webhook(CatalogView view) {
    return view.definition().webhook() == null
        ? Mono.empty()
        : Mono.zip(
            log.groupState(view.webhookGroup(), view.stream().definition().topic()),
            log.extents(view.stream().definition()),
            Reading::new);
  }

  private static ObjectNode toJson(CatalogView view, Told told) {
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
    status.putNull("failure").putNull("closed").putNull("store").putNull("table");
    status.putNull("webhook");
    told.reading().ifPresent(known -> read(status, known));
    told.said().ifPresent(known -> say(status, view, known));
    if (view.definition().webhook() != null) {
      webhook(status.putObject("webhook"), told);
    }
    told.rows()
        .ifPresent(
            extents ->
                status
                    .put("records", extents.stream().mapToLong(PartitionExtent::records).sum())
                    .put("bytes", extents.stream().mapToLong(PartitionExtent::bytes).sum()));
    told.deadLetters().ifPresent(count -> status.put("dead-letters", count));
    return status;
  }

  private static void webhook(ObjectNode webhook, Told told) {
    webhook.put("lag", told.webhook().map(Reading::lag).orElse(null));
    webhook.put(
        "failing", told.said().flatMap(Said::state).map(ViewState::webhookFailing).orElse(null));
  }

  private static void read(ObjectNode status, Reading known) {
    int instances = known.group().members();
    status.put("state", instances > 0 ? "running" : STOPPED);
    status.put("instances", instances);
    status.put("lag", known.lag());
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

  private static void say(ObjectNode status, CatalogView view, Said said) {
    ViewState known = said.state().orElse(null);
    status.put("state", state(known));
    failure(status, known);
    if (known != null) {
      Merged merged = known.merged();
      if (merged.partitions() > 0) {
        status.putObject("store").put("groups", merged.groups()).put("bytes", merged.bytes());
      }
      // What nobody merges just now may be further back.
      if (merged.partitions() == view.stream().definition().storage().partitions()) {
        status.put("closed", text(merged.closed()));
      }
    }
    said.rows()
        .ifPresent(
            rows ->
                status
                    .putObject("table")
                    .put("rows", rows)
                    .put("lag", known == null ? null : known.tableLag()));
  }

  private static @Nullable String text(long watermark) {
    return watermark == Long.MIN_VALUE ? null : Instants.text(Instant.ofEpochMilli(watermark));
  }

  private static <T> Mono<Optional<T>> told(String about, Mono<T> asked) {
    return asked
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .timeout(PATIENCE)
        .onErrorResume(failure -> untold(about, failure));
  }

  private static <T> Mono<Optional<T>> untold(String about, Throwable failure) {
    if (!(failure instanceof TimeoutException)) {
      Problem problem = Problems.of(failure, "status of " + about);
      LOG.debug("status not told of=\"{}\" problem={}", about, problem);
    }
    return Mono.just(Optional.empty());
  }
}
