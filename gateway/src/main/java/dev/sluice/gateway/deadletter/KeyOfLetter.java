package dev.sluice.gateway.deadletter;

import dev.sluice.engine.deadletter.DeadLetter;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.Pointer;
import dev.sluice.model.stream.Senml;
import dev.sluice.model.stream.StreamDefinition;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.filter.FilteringParserDelegate;
import tools.jackson.core.filter.JsonPointerBasedFilter;
import tools.jackson.core.filter.TokenFilter.Inclusion;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * The value of the stream's key field in a letter, as far as what was sent can be read: the device
 * that it says it is of.
 */
final class KeyOfLetter {
  private static final JsonFactory JSON = new JsonFactory();
  private static final CBORFactory CBOR = new CBORFactory();

  /** Of the first record of a pack, which is of the same device as the others. */
  private static final String NAME = "/0/n";

  private static final String UNIT = "/0/u";

  private KeyOfLetter() {}

  /** Null where the stream has no key, or the letter none that can be read. */
  static @Nullable String of(DeadLetter letter, StreamDefinition stream) {
    String key = stream.identity().key();
    byte[] original = letter.original();
    if (key == null || original == null) {
      return null;
    }
    Field field = stream.fields().get(stream.indexOf(key));
    return switch (letter.format()) {
      case "application/json" -> at(stream.intake().pointer(field), JSON, original);
      case "application/cbor" -> at(stream.intake().pointer(field), CBOR, original);
      case "application/cloudevents+json" ->
          at(stream.intake().inCloudEvent(field), JSON, original);
      case "application/senml+json" -> ofPack(stream.intake().senml(), key, original);
      default -> null;
    };
  }

  /** What the records' names have before the name of a field. */
  private static @Nullable String ofPack(@Nullable Senml senml, String key, byte[] original) {
    String name = at(NAME, JSON, original);
    if (senml == null || !key.equals(senml.device()) || name == null) {
      return null;
    }
    String unit = at(UNIT, JSON, original);
    return senml.bySpecificity().stream()
        .filter(mapping -> mapping.takes(name, unit))
        .findFirst()
        .map(mapping -> mapping.device(name))
        .orElse(null);
  }

  private static @Nullable String at(Pointer pointer, TokenStreamFactory factory, byte[] original) {
    return at(pointer.text(), factory, original);
  }

  private static @Nullable String at(String pointer, TokenStreamFactory factory, byte[] original) {
    try (JsonParser parser =
        new FilteringParserDelegate(
            factory.createParser(ObjectReadContext.empty(), original),
            new JsonPointerBasedFilter(pointer),
            Inclusion.ONLY_INCLUDE_ALL,
            false)) {
      JsonToken value = parser.nextToken();
      return value != null && value.isScalarValue() && value != JsonToken.VALUE_NULL
          ? parser.getString()
          : null;
    } catch (JacksonException e) {
      return null;
    }
  }
}
