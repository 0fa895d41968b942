package dev.sluice.model.json;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads CloudEvents 1.0 in JSON. Attributes and extensions that are no field's are passed over: an
 * event has them whoever takes it. Data that is no field's is an unknown field.
 */
final class CloudEventReader extends TokenReader {
  private static final String VERSION = "1.0";

  /** CloudEvents 1.0, "REQUIRED attributes". */
  private static final List<String> REQUIRED = List.of("id", "source", "specversion", "type");

  /** How the event's data is called: as JSON, or as bytes in base64. */
  private static final List<String> DATA = List.of("data", "data_base64");

  private int seen;

  CloudEventReader(EventSchema schema, FrameBounds bounds, Tokens tokens, long now) {
    super(schema, bounds, tokens, now);
  }

  @Override
  int readEvent() {
    seen = 0;
    int deepest = 0;
    for (JsonToken token = tokens.next(); token != JsonToken.END_OBJECT; token = tokens.next()) {
      String name = tokens.parser.currentName();
      deepest = Math.max(deepest, readMember(name, tokens.next()));
    }
    for (int i = 0; i < REQUIRED.size(); i++) {
      if ((seen >> i & 1) == 0) {
        reject(REQUIRED.get(i) + " must be a text that is not empty: was not there");
      }
    }
    return deepest;
  }

  private int readMember(String name, JsonToken token) {
    int member = schema.inCloudEvent.find(name);
    if (DATA.contains(name)) {
      boolean unknown = member == Places.UNKNOWN && token != JsonToken.VALUE_NULL;
      if (unknown && schema.rejectUnknown && verdict.isGood()) {
        verdict.rejectUnknown(schema.inCloudEvent, name);
      }
      return readAt(schema.inCloudEvent, member, token);
    }
    require(name, token);
    if (token.isStructStart()) {
      reject(
          Verdict.shown(name) + " must be a text, a number or a boolean: was an object or array");
    }
    if (token == JsonToken.VALUE_NULL) {
      return 0; // It is not set.
    }
    return isText(member, token)
        ? readText(schema.inCloudEvent.field(member))
        : readAt(schema.inCloudEvent, member, token);
  }

  private void require(String name, JsonToken token) {
    int required = REQUIRED.indexOf(name);
    if (required < 0) {
      return;
    }
    String text = text(token);
    if (text == null || text.isEmpty()) {
      reject(name + " must be a text that is not empty: was " + tokens.shown(token));
    } else if (name.equals("specversion") && !text.equals(VERSION)) {
      reject("specversion must be " + VERSION + ": was " + Verdict.shown(text));
    } else if ((seen >> required & 1) != 0) {
      reject(name + " must be there once: is there again");
    }
    seen |= 1 << required;
  }

  private @Nullable String text(JsonToken token) {
    return token == JsonToken.VALUE_STRING ? tokens.parser.getString() : null;
  }

  private void reject(String why) {
    verdict.rejectCloudEvent(why);
  }

  /** HTTP's binary mode has every attribute as text, so a field of another type is read from it. */
  private boolean isText(int member, JsonToken token) {
    return token == JsonToken.VALUE_STRING
        && verdict.isGood()
        && member != Places.UNKNOWN
        && schema.inCloudEvent.below(member) == null
        && row.isAbsent(schema.inCloudEvent.field(member))
        && !Tokens.hasLoneSurrogate(tokens.parser.getString());
  }

  private int readText(int field) {
    String text = tokens.parser.getString();
    if (!TextValue.read(row, field, schema.type(field), text)) {
      verdict.rejectType(field, "the string \"" + Verdict.shown(text) + '"');
    }
    return 0;
  }
}
