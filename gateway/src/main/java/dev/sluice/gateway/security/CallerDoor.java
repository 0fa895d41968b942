package dev.sluice.gateway.security;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tells who asks whom the gateway takes them for, what they may do and have, and until when. */
@RestController
class CallerDoor {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Quota defaultQuota;

  CallerDoor(Quota defaultQuota) {
    this.defaultQuota = defaultQuota;
  }

  @GetMapping(path = "/v1/caller", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<byte[]> tell(ServerWebExchange exchange) {
    Caller caller = Caller.of(exchange);
    ObjectNode json = JSON.createObjectNode();
    json.put("authenticated", !caller.equals(Caller.ANYONE));
    json.put("subject", caller.subject());
    ArrayNode rights = json.putArray("rights");
    caller.rights().told().forEach(rights::add);
    json.put("device", caller.device());
    json.put("expires", caller.expires() == null ? null : caller.expires().toString());
    json.set("quota", CallerJson.quota(caller.quota().or(defaultQuota)));
    return ResponseEntity.ok(JSON.writeValueAsBytes(json));
  }
}
