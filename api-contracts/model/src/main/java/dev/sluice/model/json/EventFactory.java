package dev.sluice.model.json;

import org.jspecify.annotations.Nullable;

/** Makes what the caller keeps of an event that was let in. */
@FunctionalInterface
public interface EventFactory<E> {

  /**
   * Makes what is kept of one event.
   *
   * @param time the event time, or the time of ingest where the stream has none; ms of the epoch
   * @param key UTF-8 text of the key field; null where the stream has none
   * @param value Avro in the Confluent wire format
   */
  E event(long time, byte @Nullable [] key, byte[] value);
}
