package dev.sluice.model.json;

/** How a frame's events are written down. Text is UTF-8. */
public enum FrameFormat {
  /** An array of events, or one event. */
  JSON,
  /** One event a line. A line that is not JSON is rejected alone. */
  NDJSON,
  /**
   * By looking: an array if it begins with {@code [}; else one event, and if more lines follow it,
   * one event a line.
   */
  EITHER,
  /** RFC 8949: an array of events, or one event. */
  CBOR,
  /** RFC 4180: a row of names, then one event a row. */
  CSV,
  /** RFC 8428 in JSON: a pack of records; those of one device and time are one event. */
  SENML_JSON,
  /** The same in CBOR. */
  SENML_CBOR,
  /** CloudEvents 1.0, structured, in JSON: one event. */
  CLOUDEVENT,
  /** CloudEvents 1.0 in JSON: an array of events. */
  CLOUDEVENTS
}
