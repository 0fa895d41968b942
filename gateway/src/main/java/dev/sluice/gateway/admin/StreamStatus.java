package dev.sluice.gateway.admin;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.SchemaVersion;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.deadletter.DeadLetters;
import dev.sluice.engine.deadletter.LetterCounts;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.EventLog.PartitionExtent;
import dev.sluice.engine.query.LiveQueries;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.model.problem.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a stream is doing. What cannot be told in time is null: the definition is answered even while
 * the log is away.
 */
@Component
class StreamStatus {
  private static final Logger LOG = LoggerFactory.getLogger(StreamStatus.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration LEAST_SPAN = Duration.ofMillis(500);
  private static final Duration LONGEST_SPAN = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final EventLog log;
  private final LiveQueries queries;
  private final DeadLetters deadLetters;
  private final Streams streams;
  private final Clock clock;

  /** The extents from which rates are counted: one per stream that is there. */
  private final Map<String, Sample> samples = new ConcurrentHashMap<>();

  StreamStatus(
      EventLog log, LiveQueries queries, DeadLetters deadLetters, Streams streams, Clock clock) {
    this.log = log;
    this.queries = queries;
    this.deadLetters = deadLetters;
    this.clock = clock;
    this.streams = streams;
    streams.onChange(samples::remove);
  }

  private record Sample(Instant at, long end, long records, long bytes) {
    static Sample of(Instant at, List<PartitionExtent> extents) {
      long end = 0;
      long records = 0;
      long bytes = 0;
      for (PartitionExtent extent : extents) {
        end += extent.end();
        records += extent.records();
        bytes += extent.bytes();
      }
      return new Sample(at, end, records, bytes);
    }

    double rateSince(Sample earlier) {
      double seconds = Duration.between(earlier.at, at).toNanos() / 1e9;
      return Math.round((end - earlier.end) / seconds * 10) / 10.0;
    }
  }

  /** The two readings that a rate lies between. */
  private record Span(Sample earlier, Sample now) {}

  Mono<ObjectNode> of(CatalogStream stream) {
    return Mono.zip(span(stream), watermark(stream), rejected(stream))
        .map(
            known ->
                toJson(
                    stream,
                    streams.schemas(stream.definition().name()),
                    known.getT1(),
                    known.getT2(),
                    known.getT3()));
  }

  private static ObjectNode toJson(
      CatalogStream stream,
      List<SchemaVersion> schemas,
      Optional<Span> span,
      Optional<Instant> watermark,
      Optional<LetterCounts> rejected) {
    ObjectNode status = JSON.createObjectNode();
    status.put("created", Instants.text(stream.created()));
    status.put("generation", stream.generation());
    status.put("schema-id", stream.schemaId());
    ArrayNode shown = status.putArray("schemas");
    schemas.forEach(
        schema ->
            shown
                .addObject()
                .put("id", schema.id())
                .put("version", schema.version())
                .put("since", Instants.text(schema.since())));
    status.putNull("rate").putNull("records").putNull("bytes").putNull("watermark");
    status.putNull("rejected").putNull("rejected-by-code");
    span.ifPresent(
        known ->
            status
                .put("rate", known.now().rateSince(known.earlier()))
                .put("records", known.now().records())
                .put("bytes", known.now().bytes()));
    watermark.ifPresent(known -> status.put("watermark", Instants.text(known)));
    rejected.ifPresent(
        known -> {
          status.put("rejected", known.all());
          ObjectNode codes = status.putObject("rejected-by-code");
          known.codes().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .forEach(code -> codes.put(code.getKey(), code.getValue()));
        });
    return status;
  }

  private Mono<Optional<Span>> span(CatalogStream stream) {
    return sample(stream)
        .flatMap(now -> spanTo(stream, now))
        .map(Optional::of)
        .timeout(PATIENCE)
        .onErrorResume(failure -> untold(stream, failure));
  }

  /** From the reading of a while ago, else from now on for a moment. */
  private Mono<Span> spanTo(CatalogStream stream, Sample now) {
    String name = stream.definition().name();
    Sample earlier = samples.get(name);
    if (earlier != null && isBetween(Duration.between(earlier.at(), now.at()))) {
      samples.put(name, now);
      return Mono.just(new Span(earlier, now));
    }
    return Mono.delay(LEAST_SPAN)
        .then(sample(stream))
        .map(
            later -> {
              samples.put(name, later);
              return new Span(now, later);
            });
  }

  private static boolean isBetween(Duration span) {
    return span.compareTo(LEAST_SPAN) >= 0 && span.compareTo(LONGEST_SPAN) <= 0;
  }

  private Mono<Sample> sample(CatalogStream stream) {
    return log.extents(stream.definition()).map(extents -> Sample.of(clock.instant(), extents));
  }

  private Mono<Optional<LetterCounts>> rejected(CatalogStream stream) {
    return deadLetters
        .counts(stream)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .timeout(PATIENCE)
        .onErrorResume(failure -> untold(stream, failure));
  }

  private Mono<Optional<Instant>> watermark(CatalogStream stream) {
    return queries
        .watermarks(stream.definition().name())
        .map(StreamStatus::least)
        .timeout(PATIENCE)
        .onErrorResume(failure -> untold(stream, failure));
  }

  private static Optional<Instant> least(Map<Integer, Long> watermarks) {
    long least =
        watermarks.values().stream().mapToLong(Long::longValue).min().orElse(Long.MIN_VALUE);
    return least == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(least));
  }

  private static <T> Mono<Optional<T>> untold(CatalogStream stream, Throwable failure) {
    if (!(failure instanceof TimeoutException)) {
      Problem problem = Problems.of(failure, "status of " + stream.definition().name());
      LOG.debug("status not told stream={} problem={}", stream.definition().name(), problem);
    }
    return Mono.just(Optional.empty());
  }
}
