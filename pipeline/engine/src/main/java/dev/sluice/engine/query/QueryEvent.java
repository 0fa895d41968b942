package dev.sluice.engine.query;

import dev.sluice.model.problem.Problem;

/**
 * One thing that a subscriber is told. Encoded once per format, however many subscribers get it.
 */
public interface QueryEvent {

  /** What kind of event; also its name on the wire, in lower case. */
  enum Kind {
    ROW,
    UPDATE,
    WATERMARK,
    GAP,
    ERROR,
    END
  }

  /** A way of writing events. */
  enum Format {
    /** Server-sent events, each with its resume token as id, each ended by its empty line. */
    SSE,
    /** A JSON object a line, {@code {"row": {…}}}; a resume token beside all but rows. */
    NDJSON,
    /** The same with a resume token beside each row too, {@code {"row": {…}, "id": "…"}}. */
    NDJSON_IDS,
    /**
     * Rows and updates: their values as JSON arrays, separated by commas; other kinds: the JSON
     * object of the data.
     */
    JSON
  }

  /** The event that ends a subscription because of a problem. */
  static QueryEvent error(Problem problem) {
    return Notice.error(problem);
  }

  /** The event that ends the answer to a question that was answered to its end before. */
  static QueryEvent over() {
    return Notice.over();
  }

  Kind kind();

  /** Number of rows in it: several rows that left together are one event here. */
  int rows();

  /** The bytes to send. Shared: read only. */
  byte[] encoded(Format format);
}
