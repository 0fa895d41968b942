package dev.sluice.gateway.admin;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.model.problem.Malformed;
import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A watermark that a producer states because its input has ended. */
@Component
class StatedWatermark {
  private static final String MEMBER = "watermark";
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final EventLog log;
  private final Clock clock;

  StatedWatermark(EventLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  /**
   * Writes the watermark to every partition of the stream.
   *
   * @param json {@code {"watermark": "2026-11-20T12:00:00.000Z"}}
   * @return the watermark, cut to milliseconds, when all partitions have it; fails with
   *     BAD_REQUEST, WATERMARK_INVALID, STREAM_READ_ONLY or LOG_UNAVAILABLE
   */
  Mono<Instant> state(CatalogStream stream, byte[] json) {
    stream.definition().requireWritable();
    Instant watermark = parse(json).truncatedTo(ChronoUnit.MILLIS);
    requireReached(stream.definition(), watermark);
    return log.append(punctuations(stream.definition(), watermark)).thenReturn(watermark);
  }

  private static Instant parse(byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JacksonException e) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "the body must be {\"watermark\": \"an ISO-8601 instant\"}: " + Malformed.why(e))
          .toException();
    }
    for (String member : root.propertyNames()) {
      if (!member.equals(MEMBER)) {
        throw invalid("unknown member " + member + Nearest.hint(member, List.of(MEMBER)));
      }
    }
    JsonNode value = root.get(MEMBER);
    if (value == null || !value.isString()) {
      throw invalid("the body must be {\"watermark\": \"an ISO-8601 instant\"}");
    }
    try {
      Instant instant = Instant.parse(value.stringValue());
      if (instant.isBefore(Instant.EPOCH) || instant.isAfter(LATEST)) {
        throw invalid("watermark must be in the years 1970 to 9999: was " + instant);
      }
      return instant;
    } catch (DateTimeException e) {
      throw invalid(
          "watermark must be an ISO-8601 instant such as 2026-11-20T12:00:00Z: was " + value);
    }
  }

  private void requireReached(StreamDefinition stream, Instant watermark) {
    EventTime time = stream.time();
    if (!time.historical()) {
      Instant now = clock.instant();
      if (watermark.isAfter(now)) {
        throw invalid(
            "the watermark of a live stream must not be ahead of the gateway's clock, %s: was %s"
                .formatted(Instants.text(now), Instants.text(watermark)));
      }
      return;
    }
    if (time.minTime() != null && watermark.isBefore(time.minTime())) {
      throw invalid(
          "watermark must not be before the stream's min-time, %s: was %s"
              .formatted(time.minTime(), Instants.text(watermark)));
    }
    if (time.maxTime() != null && watermark.isAfter(time.maxTime())) {
      throw invalid(
          "watermark must not be after the stream's max-time, %s: was %s"
              .formatted(time.maxTime(), Instants.text(watermark)));
    }
  }

  private static List<LogRecord> punctuations(StreamDefinition stream, Instant watermark) {
    return IntStream.range(0, stream.storage().partitions())
        .mapToObj(
            partition -> Punctuation.record(stream.topic(), partition, watermark.toEpochMilli()))
        .toList();
  }

  private static RuntimeException invalid(String detail) {
    return Problem.ofField(ProblemCode.WATERMARK_INVALID, MEMBER, detail).toException();
  }
}
