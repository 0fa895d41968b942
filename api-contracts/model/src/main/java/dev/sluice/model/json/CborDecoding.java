package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import dev.sluice.model.problem.Problem;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** One frame of CBOR (RFC 8949) on its way: an array of events, or one event. */
final class CborDecoding<E> extends TokenDecoding<E> {
  private final TokenReader reader;
  private final Function<EventRow, E> factory;

  CborDecoding(
      EventSchema schema,
      FrameBounds bounds,
      byte[] frame,
      long now,
      Function<EventRow, E> factory) {
    super(bounds, frame, CBOR, "a frame of CBOR must be an array of events, or one event");
    this.reader = new TokenReader(schema, bounds, tokens, now);
    this.factory = factory;
  }

  @Override
  @Nullable Problem read() {
    JsonToken first = tokens.next();
    if (first == JsonToken.START_ARRAY) {
      return readElements(this::keep);
    }
    keep(first, 0, 0);
    return atEnd();
  }

  private @Nullable Problem keep(JsonToken token, int index, int from) {
    if (reader.read(token, from)) {
      events.add(factory.apply(reader.row()));
    } else {
      rejected.add(reader.rejection(index, original(from)));
    }
    return null;
  }
}
