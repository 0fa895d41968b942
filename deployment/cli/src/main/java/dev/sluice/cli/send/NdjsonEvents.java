package dev.sluice.cli.send;

import dev.sluice.cli.file.Times;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/** The lines of a file as events, as they are; a line that is no JSON goes alone. */
final class NdjsonEvents implements EventSource {
  private static final JsonFactory JSON = new JsonFactory();

  private final BufferedReader lines;
  private final @Nullable String time;
  private long line;
  private @Nullable Batch torn;

  NdjsonEvents(InputStream content, @Nullable String timeField) {
    this.lines = new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8));
    this.time = timeField;
  }

  @Override
  public @Nullable Batch next() throws IOException {
    Batch waiting = torn;
    if (waiting != null) {
      torn = null;
      return waiting;
    }
    Batch batch = new Batch();
    while (!batch.isFull()) {
      String text = lines.readLine();
      if (text == null) {
        break;
      }
      line++;
      if (text.isBlank()) {
        continue;
      }
      byte[] json = text.getBytes(StandardCharsets.UTF_8);
      try {
        long at = timeOf(text);
        batch.next().writeBytes(json);
        batch.added(line, at);
      } catch (JacksonException notJson) {
        torn = Batch.verbatim(json, line);
        break;
      }
    }
    if (batch.size() > 0) {
      return batch;
    }
    Batch alone = torn;
    torn = null;
    return alone;
  }

  /**
   * The event time in a line.
   *
   * @throws JacksonException if the line is not one JSON value
   */
  private long timeOf(String text) {
    long found = Times.NONE;
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
          JsonToken value = parser.nextToken();
          if (name.equals(time)
              && (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT)) {
            found = Times.parse(parser.getString());
          }
          parser.skipChildren();
        }
      } else {
        parser.skipChildren();
      }
      if (parser.nextToken() != null) {
        throw new StreamReadException(parser, "more than one value");
      }
    }
    return found;
  }
}
