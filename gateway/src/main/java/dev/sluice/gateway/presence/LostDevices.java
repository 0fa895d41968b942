package dev.sluice.gateway.presence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.catalog.GatewayLeases.Gateway;
import dev.sluice.engine.query.LiveQueries;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryRequest;
import dev.sluice.engine.sql.ReadRights;
import dev.sluice.gateway.own.OwnEvent;
import dev.sluice.gateway.own.OwnStreams;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells of the devices of a gateway that is gone that they are lost: those that it said to be here,
 * and not to be gone. The stream itself says which, so that nothing has to be kept for it.
 */
final class LostDevices {
  private static final Logger LOG = LoggerFactory.getLogger(LostDevices.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int AT_ONCE = 512;

  private final LiveQueries queries;
  private final DeviceEvents events;

  private record Last(long seq, Here device) {}

  LostDevices(LiveQueries queries, DeviceEvents events) {
    this.queries = queries;
    this.events = events;
  }

  Mono<Void> tell(Gateway gone) {
    return left(gone)
        .doOnNext(
            left -> LOG.warn("a gateway is gone name={} devices={}", gone.name(), left.size()))
        .flatMapIterable(left -> left)
        .map(last -> events.lost(last.seq() + 1, last.device()))
        .buffer(AT_ONCE)
        .concatMap(this::append, 1)
        .then();
  }

  private Mono<Void> append(List<OwnEvent> lost) {
    return events.append(lost);
  }

  private Mono<List<Last>> left(Gateway gone) {
    return rows(gone, gone.started().toString())
        // What it said first may not be kept any more.
        .onErrorResume(LostDevices::mayBeGone, e -> rows(gone, "earliest"))
        .collect(HashMap<String, Last>::new, LostDevices::fold)
        .map(left -> new ArrayList<>(left.values()));
  }

  private static boolean mayBeGone(Throwable failure) {
    return failure instanceof UnreadException
        || failure instanceof ProblemException known
            && known.problem().code() == ProblemCode.POSITION_EXPIRED;
  }

  private static void fold(Map<String, Last> left, JsonNode row) {
    String connection = row.path("connection").asString();
    if (row.path("event").asString().equals(DeviceEvents.CONNECTED)) {
      left.put(connection, new Last(row.path("seq").asLong(), device(row)));
    } else {
      left.remove(connection);
    }
  }

  private static Here device(JsonNode row) {
    return new Here(
        row.path("connection").asString(),
        row.path("door").asString(),
        row.path("sends_to").asString(),
        text(row, "address"),
        text(row, "client"),
        row.path("subject").asString(),
        text(row, "device"),
        Instant.parse(row.path("since").asString()).toEpochMilli(),
        null,
        0,
        0,
        0,
        0,
        0,
        row.path("gateway").asString());
  }

  private static @Nullable String text(JsonNode row, String field) {
    JsonNode value = row.path(field);
    return value.isString() ? value.asString() : null;
  }

  /** Its own events, in their order. */
  private Flux<JsonNode> rows(Gateway gone, String from) {
    String sql =
        "SELECT * FROM \"%s\" WHERE gateway = '%s'"
            .formatted(OwnStreams.DEVICES, gone.name().replace("'", "''"));
    return queries
        .open(new QueryRequest(sql, from, "now", null, null), ReadRights.ALL)
        .flatMapMany(query -> query.events(Format.NDJSON))
        .concatMap(LostDevices::lines, 1);
  }

  private static Flux<JsonNode> lines(QueryEvent event) {
    return switch (event.kind()) {
      case ROW ->
          Flux.fromStream(
              () ->
                  new String(event.encoded(Format.NDJSON), UTF_8)
                      .lines()
                      .map(line -> JSON.readTree(line).path("row")));
      case ERROR, GAP ->
          Flux.error(new UnreadException(new String(event.encoded(Format.NDJSON), UTF_8)));
      case UPDATE, WATERMARK, END -> Flux.empty();
    };
  }

  /** The stream could not be read as far as it was to be. */
  private static final class UnreadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadException(String event) {
      super(event);
    }
  }
}
