package dev.sluice.gateway.ingest;

import dev.sluice.model.json.Rejection;
import dev.sluice.model.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * What became of a frame; exactly one per frame, in the order of the frames.
 *
 * <p>{@code events + rejected.size()} is what the frame held.
 */
sealed interface Ack {

  /** Number of the frame on its connection, from 0. */
  long frame();

  /** How many of its events are in the log for certain. */
  int events();

  /** Writes the members that follow {@code frame}. */
  void write(JsonGenerator json);

  /** All of it is in the log. */
  record Stored(long frame, int events) implements Ack {
    @Override
    public void write(JsonGenerator json) {
      writeCounts(json, events, List.of());
    }
  }

  /** The good events are in the log, the others in the dead letters. */
  record PartlyStored(long frame, int events, List<Rejection> rejected) implements Ack {
    @Override
    public void write(JsonGenerator json) {
      writeCounts(json, events, rejected);
    }
  }

  /** None of it is in the log, and it would not be the next time. */
  record Refused(long frame, Problem problem) implements Ack {
    @Override
    public int events() {
      return 0;
    }

    @Override
    public void write(JsonGenerator json) {
      writeCounts(json, 0, List.of());
      json.writePOJOProperty("problem", problem.toMap());
    }
  }

  /** It was refused for now, or some of it may be in the log: to be sent again as it is. */
  record Retry(long frame, Problem problem) implements Ack {
    @Override
    public int events() {
      return 0;
    }

    @Override
    public void write(JsonGenerator json) {
      json.writeBooleanProperty("retry", true);
      json.writeStringProperty("code", problem.code().name());
      json.writeStringProperty("detail", problem.detail());
    }
  }

  /** As it goes over the wire. */
  default byte[] toJson() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try (JsonGenerator json = JsonMapper.shared().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberProperty("frame", frame());
      write(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void writeCounts(JsonGenerator json, int accepted, List<Rejection> rejected) {
    json.writeNumberProperty("accepted", accepted);
    json.writeArrayPropertyStart("rejected");
    for (Rejection rejection : rejected) {
      json.writeStartObject();
      json.writeNumberProperty("index", rejection.index());
      json.writeStringProperty("code", rejection.code().name());
      if (rejection.field() != null) {
        json.writeStringProperty("field", rejection.field());
      }
      json.writeStringProperty("detail", rejection.detail());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
