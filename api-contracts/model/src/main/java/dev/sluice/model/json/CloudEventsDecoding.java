package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import dev.sluice.model.problem.Problem;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * One frame of CloudEvents 1.0 in JSON on its way: one event, or an array of events.
 *
 * <p>Read token by token, as the events of CBOR are: the CloudEvents SDK's reader builds an event
 * as a whole before anyone can say how large or deep it may be.
 */
final class CloudEventsDecoding<E> extends TokenDecoding<E> {
  private final FrameFormat format;
  private final CloudEventReader reader;
  private final Function<EventRow, E> factory;

  CloudEventsDecoding(
      EventSchema schema,
      FrameBounds bounds,
      byte[] frame,
      FrameFormat format,
      long now,
      Function<EventRow, E> factory) {
    super(
        bounds,
        frame,
        JSON,
        format == FrameFormat.CLOUDEVENTS
            ? "a batch of CloudEvents must be an array of events in JSON"
            : "a frame must be one CloudEvent in JSON");
    this.format = format;
    this.reader = new CloudEventReader(schema, bounds, tokens, now);
    this.factory = factory;
  }

  @Override
  @Nullable Problem read() {
    JsonToken first = tokens.next();
    if ((first == JsonToken.START_ARRAY) != (format == FrameFormat.CLOUDEVENTS)) {
      return malformed("was " + tokens.shown(first));
    }
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
