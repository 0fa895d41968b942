package dev.sluice.gateway.deadletter;

import dev.sluice.engine.deadletter.DeadLetter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * The value of the stream's key field in a letter, as far as what was sent can be read: the device
 * that it says it is of.
 */
final class KeyOfLetter {
  private static final JsonFactory JSON = new JsonFactory();
  private static final CBORFactory CBOR = new CBORFactory();

  private KeyOfLetter() {}

  /**
   * @param field the stream's key; null: it has none
   */
  static @Nullable String of(DeadLetter letter, @Nullable String field) {
    byte[] original = letter.original();
    TokenStreamFactory factory = factory(letter.format());
    if (field == null || original == null || factory == null) {
      return null;
    }
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), original)) {
      return parser.nextToken() == JsonToken.START_OBJECT ? find(parser, field) : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  private static @Nullable TokenStreamFactory factory(String format) {
    return switch (format) {
      case "application/json" -> JSON;
      case "application/cbor" -> CBOR;
      default -> null;
    };
  }

  private static @Nullable String find(JsonParser parser, String field) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean found = field.equals(parser.currentName());
      JsonToken value = parser.nextToken();
      if (found) {
        return value != null && value.isScalarValue() && value != JsonToken.VALUE_NULL
            ? parser.getString()
            : null;
      }
      parser.skipChildren();
    }
    return null;
  }
}
