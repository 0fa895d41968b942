package dev.sluice.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * What somebody would write by hand who wants it fast: reads of Avro's bytes what the query needs,
 * without an object for each event but the two numbers. One thread's.
 */
final class HandDecoder {
  private static final int HEADER_BYTES = 5;
  private static final int MOST_HUMIDITY = 100;

  private @Nullable BinaryDecoder decoder;

  /** What the query reads of an event; null for what it has not. */
  record Reading(@Nullable Double temperature, @Nullable Double humidity) {
    /** Whether the query's filter lets it through. */
    boolean isLet() {
      return humidity != null && humidity >= 0 && humidity <= MOST_HUMIDITY;
    }
  }

  Reading decode(byte[] value) {
    try {
      decoder =
          DecoderFactory.get()
              .binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, decoder);
      decoder.readLong(); // _ingested
      decoder.skipString(); // device
      decoder.readLong(); // seq
      decoder.readLong(); // ts
      return new Reading(nullable(decoder), nullable(decoder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Double nullable(BinaryDecoder decoder) throws IOException {
    return decoder.readIndex() == 0 ? null : decoder.readDouble();
  }
}
