package dev.sluice.gateway.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.deadletter.DeadLetter;
import dev.sluice.engine.deadletter.DeadLetter.Origin;
import dev.sluice.engine.deadletter.DeadLetter.Reason;
import dev.sluice.engine.deadletter.DeadLetter.Source;
import dev.sluice.engine.deadletter.LetterCounts;
import dev.sluice.engine.deadletter.Mark;
import dev.sluice.gateway.admin.Instants;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Letters as they go over the wire. */
final class LetterJson {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private LetterJson() {}

  /**
   * A letter. Its bytes are {@code text} if they are text, else {@code base64}.
   *
   * @param key the value of the stream's key field in it, as far as it can be read
   * @param isWhole whether its bytes are shown
   */
  static ObjectNode of(DeadLetter letter, LetterIds ids, @Nullable String key, boolean isWhole) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", ids.text(letter.offset()));
    json.put("time", Instants.text(Instant.ofEpochMilli(letter.time())));
    put(json, letter.reason());
    Origin origin = letter.origin();
    json.put("door", origin.door());
    if (origin.device() != null) {
      json.put("device", origin.device());
    }
    if (key != null) {
      json.put("key", key);
    }
    if (origin.frame() != null) {
      json.put("frame", origin.frame());
    }
    if (origin.index() != null) {
      json.put("index", origin.index());
    }
    Source source = origin.record();
    if (source != null) {
      json.putObject("record")
          .put("topic", source.topic())
          .put("partition", source.partition())
          .put("offset", source.offset())
          .put("time", Instants.text(Instant.ofEpochMilli(source.timestamp())));
    }
    json.put("format", letter.format());
    byte[] original = letter.original();
    if (original != null) {
      json.put("bytes", original.length);
      if (isWhole) {
        putBytes(json, original);
      }
    }
    if (letter.cut()) {
      json.put("cut", true);
    }
    return json;
  }

  private static void putBytes(ObjectNode json, byte[] original) {
    String text = text(original);
    if (text != null) {
      json.put("text", text);
    } else {
      json.put("base64", original);
    }
  }

  static void put(ObjectNode json, Reason reason) {
    json.put("code", reason.code());
    if (reason.field() != null) {
      json.put("field", reason.field());
    }
    json.put("detail", reason.detail());
  }

  /** UTF-8 without control characters, but for those that a text has; else null. */
  private static @Nullable String text(byte[] bytes) {
    for (byte b : bytes) {
      if (b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r') {
        return null;
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  static ObjectNode of(Mark mark, LetterIds ids) {
    ObjectNode json = JSON.createObjectNode();
    json.put("why", mark.why().name().toLowerCase(Locale.ROOT));
    ArrayNode spans = json.putArray("letters");
    for (Mark.Span span : mark.spans()) {
      spans.addArray().add(ids.text(span.first())).add(ids.text(span.last()));
    }
    return json;
  }

  static ObjectNode of(LetterCounts counts) {
    ObjectNode json = JSON.createObjectNode();
    json.put("letters", counts.all());
    put(json, "codes", counts.codes());
    return json;
  }

  static void put(ObjectNode json, String name, Map<String, Long> counts) {
    ObjectNode codes = json.putObject(name);
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(code -> codes.put(code.getKey(), code.getValue()));
  }
}
