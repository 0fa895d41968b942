package dev.sluice.benchmark;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** The query's aggregate of a group, as somebody would write it by hand. */
record HandAggregate(double sum, double greatest, long temperatures, long count) {
  static final HandAggregate NONE = new HandAggregate(0, Double.NEGATIVE_INFINITY, 0, 0);

  static final Serde<HandAggregate> SERDE =
      Serdes.serdeFrom(
          (to, a) ->
              ByteBuffer.allocate(4 * Long.BYTES)
                  .putDouble(a.sum)
                  .putDouble(a.greatest)
                  .putLong(a.temperatures)
                  .putLong(a.count)
                  .array(),
          (from, bytes) -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new HandAggregate(
                buffer.getDouble(), buffer.getDouble(), buffer.getLong(), buffer.getLong());
          });

  HandAggregate with(HandDecoder.Reading reading) {
    Double temperature = reading.temperature();
    return temperature == null
        ? new HandAggregate(sum, greatest, temperatures, count + 1)
        : new HandAggregate(
            sum + temperature, Math.max(greatest, temperature), temperatures + 1, count + 1);
  }
}
