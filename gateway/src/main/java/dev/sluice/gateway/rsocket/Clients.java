package dev.sluice.gateway.rsocket;

import io.rsocket.ConnectionSetupPayload;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a client calls itself: the data of its set-up, as text, or the member {@code client} of them
 * as a JSON object.
 */
final class Clients {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MOST_BYTES = 1_024;

  private Clients() {}

  /** Null if it does not say. */
  static @Nullable String nameIn(ConnectionSetupPayload setup) {
    int bytes = setup.sliceData().readableBytes();
    if (bytes == 0 || bytes > MOST_BYTES) {
      return null;
    }
    String said = setup.sliceData().toString(StandardCharsets.UTF_8);
    return said.startsWith("{") ? member(said) : said;
  }

  private static @Nullable String member(String json) {
    try {
      JsonNode client = JSON.readTree(json).path("client");
      return client.isString() ? client.asString() : null;
    } catch (JacksonException e) {
      return null;
    }
  }
}
