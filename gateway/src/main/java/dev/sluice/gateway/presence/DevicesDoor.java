package dev.sluice.gateway.presence;

import dev.sluice.gateway.presence.SharedDevices.Said;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who is here, over HTTP. */
final class DevicesDoor {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Presence presence;
  private final SharedDevices shared;
  private final Clock clock;

  DevicesDoor(Presence presence, SharedDevices shared, Clock clock) {
    this.presence = presence;
    this.shared = shared;
    this.clock = clock;
  }

  Mono<ServerResponse> list(ServerRequest request) {
    DevicesAsked asked = DevicesAsked.of(request.queryParams());
    return shared
        .others()
        .map(others -> answer(asked, others, true))
        // This gateway's own are known whatever is away.
        .onErrorResume(away -> Mono.fromCallable(() -> answer(asked, List.of(), false)))
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(
            answer ->
                ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(answer));
  }

  private byte[] answer(DevicesAsked asked, List<Said> others, boolean whole) {
    List<Here> all = new ArrayList<>(presence.here());
    long total = all.size();
    for (Said said : others) {
      all.addAll(said.devices());
      total += said.count();
    }
    List<Here> found = all.stream().filter(asked.filter()).sorted(asked.order()).toList();
    ObjectNode answer = JSON.createObjectNode();
    answer.put("time", Instant.ofEpochMilli(clock.millis()).toString());
    answer.put("gateways", 1 + others.size());
    answer.put("complete", whole && total == all.size());
    answer.put("total", total);
    answer.put("found", found.size());
    answer.put(
        "events-per-second", tenths(found.stream().mapToDouble(Here::eventsPerSecond).sum()));
    answer.put("bytes-per-second", tenths(found.stream().mapToDouble(Here::bytesPerSecond).sum()));
    ArrayNode devices = answer.putArray("devices");
    found.stream().skip(asked.offset()).limit(asked.limit()).forEach(here -> write(here, devices));
    return JSON.writeValueAsBytes(answer);
  }

  private static void write(Here here, ArrayNode devices) {
    devices
        .addObject()
        .put("connection", here.connection())
        .put("door", here.door())
        .put("stream", here.stream())
        .put("address", here.address())
        .put("client", here.client())
        .put("subject", here.subject())
        .put("device", here.device())
        .put("since", Instant.ofEpochMilli(here.since()).toString())
        .put("last-acked", here.lastAcked())
        .put("events", here.events())
        .put("bytes", here.bytes())
        .put("events-per-second", tenths(here.eventsPerSecond()))
        .put("bytes-per-second", tenths(here.bytesPerSecond()))
        .put("credit", here.credit())
        .put("gateway", here.gateway());
  }

  private static double tenths(double rate) {
    return Math.round(rate * 10) / 10.0;
  }
}
