package dev.sluice.engine.source;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.json.DecodedFrame;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameDecoder;
import dev.sluice.model.json.FrameFormat;
import org.jspecify.annotations.Nullable;

/** JSON objects, by the rules of ingest. */
final class JsonValues implements TopicValues {
  private final FrameDecoder decoder;

  JsonValues(CatalogStream stream) {
    decoder = new FrameDecoder(stream.definition(), stream.schemaId(), FrameBounds.DEFAULT);
  }

  @Override
  public @Nullable Own read(byte[] value, long timestamp) {
    DecodedFrame<Own> frame =
        decoder.decode(value, FrameFormat.JSON, timestamp, (time, key, own) -> new Own(time, own));
    boolean one = frame.events().size() == 1 && frame.rejected().isEmpty();
    // An array of one event is a frame, and no event.
    return one && first(value) == '{' ? frame.events().get(0) : null;
  }

  private static int first(byte[] json) {
    int at = 0;
    while (at < json.length && json[at] <= ' ') {
      at++;
    }
    return at == json.length ? -1 : json[at];
  }
}
