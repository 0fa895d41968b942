package dev.sluice.gateway.security;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A caller as it is kept for a ticket. */
final class CallerJson {
  private static final JsonMapper JSON = JsonMapper.shared();

  private CallerJson() {}

  static String write(Caller caller) {
    ObjectNode json = JSON.createObjectNode();
    json.put("subject", caller.subject());
    ArrayNode scopes = json.putArray("scopes");
    caller.rights().scopes().forEach(scopes::add);
    json.put("device", caller.device());
    json.put("token", caller.tokenId());
    json.put("expires", caller.expires() == null ? null : caller.expires().toString());
    json.set("quota", quota(caller.quota()));
    return JSON.writeValueAsString(json);
  }

  /** As a token has it. */
  static ObjectNode quota(Quota quota) {
    ObjectNode json = JSON.createObjectNode();
    quota.limits().forEach((kind, limit) -> json.put(kind.text(), limit));
    return json;
  }

  static Caller read(String text) {
    JsonNode json = JSON.readTree(text);
    Set<String> scopes = new LinkedHashSet<>();
    json.path("scopes").forEach(scope -> scopes.add(scope.stringValue()));
    String expires = text(json, "expires");
    return new Caller(
        json.path("subject").stringValue(),
        new Rights(scopes),
        text(json, "device"),
        text(json, "token"),
        expires == null ? null : Instant.parse(expires),
        Quota.of(JSON.convertValue(json.get("quota"), Map.class)));
  }

  private static @Nullable String text(JsonNode json, String member) {
    JsonNode value = json.path(member);
    return value.isString() ? value.stringValue() : null;
  }
}
