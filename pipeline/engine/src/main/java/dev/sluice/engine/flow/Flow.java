package dev.sluice.engine.flow;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Every buffer and hop of this process.
 *
 * <p>Meters, tagged {@code buffer} and {@code of} (a stream, or {@code all}): gauges {@code
 * sluice.buffer.fill} and {@code .capacity}, counters {@code sluice.buffer.dropped} and {@code
 * .waited}. Tagged {@code hop}, {@code stage} and {@code of}: a counter {@code sluice.hop.<unit>}
 * for each unit that a hop counts, and a gauge {@code sluice.hop.<state>} for each of its states.
 */
public final class Flow {
  private final MeterRegistry meters;
  private final List<Buffer> buffers = new CopyOnWriteArrayList<>();
  private final List<Hop> hops = new CopyOnWriteArrayList<>();

  public Flow(MeterRegistry meters) {
    this.meters = meters;
  }

  /** Takes away what was added. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Those that there are, in the order in which they came. */
  public List<Buffer> buffers() {
    return List.copyOf(buffers);
  }

  /** Those that there are, in the order in which they came. */
  public List<Hop> hops() {
    return List.copyOf(hops);
  }

  /** Shows a buffer until the registration is closed. */
  public Registration add(Buffer buffer) {
    Tags tags = tags("buffer", buffer.label());
    Buffer.Room room = buffer.room();
    List<Meter> made = new ArrayList<>();
    made.add(gauge("sluice.buffer.fill", room.fill(), room.unit(), tags));
    made.add(gauge("sluice.buffer.capacity", room.capacity(), room.unit(), tags));
    count("sluice.buffer.dropped", buffer.dropped(), tags, made);
    count("sluice.buffer.waited", buffer.waited(), tags, made);
    buffers.add(buffer);
    return () -> {
      buffers.remove(buffer);
      made.forEach(meters::remove);
    };
  }

  /** Shows a hop until the registration is closed. */
  public Registration add(Hop hop) {
    Tags tags = tags("hop", hop.label()).and("stage", hop.label().stage().text());
    List<Meter> made = new ArrayList<>();
    for (Map.Entry<String, LongAdder> count : hop.counts().entrySet()) {
      made.add(
          FunctionCounter.builder("sluice.hop." + count.getKey(), count.getValue(), LongAdder::sum)
              .tags(tags)
              .register(meters));
    }
    hop.states().forEach((name, now) -> made.add(gauge("sluice.hop." + name, now, "", tags)));
    hops.add(hop);
    return () -> {
      hops.remove(hop);
      made.forEach(meters::remove);
    };
  }

  private static Tags tags(String kind, Label label) {
    return Tags.of(kind, label.name(), "of", label.stream() == null ? "all" : label.stream());
  }

  private Meter gauge(String name, LongSupplier now, String unit, Tags tags) {
    return Gauge.builder(name, now, LongSupplier::getAsLong)
        .tags(tags)
        .baseUnit(unit.isEmpty() ? null : unit)
        // A gauge holds what it measures weakly, and nobody else may hold this.
        .strongReference(true)
        .register(meters);
  }

  private void count(String name, Buffer.Count counted, Tags tags, List<Meter> made) {
    if (!counted.unit().isEmpty()) {
      made.add(
          FunctionCounter.builder(name, counted.count(), LongSupplier::getAsLong)
              .tags(tags)
              .register(meters));
    }
  }
}
