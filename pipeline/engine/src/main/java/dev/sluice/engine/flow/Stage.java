package dev.sluice.engine.flow;

import java.util.Locale;

/** The places that the data comes through, in their order. */
public enum Stage {
  /** Devices' connections. */
  DOORS_IN,
  /** From a frame to its ack. */
  INGEST,
  /** Appending. */
  LOG,
  /** The newest events of each stream that is read. */
  TAIL,
  /** Readers of the log, for queries that are behind. */
  CATCH_UP,
  /** Queries at the tail, and questions on their way to become one. */
  QUERIES,
  /** Between the queries and who reads them. */
  SUBSCRIBERS,
  /** Subscribers' connections. */
  DOORS_OUT;

  /** As it is on the wire. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
