package dev.sluice.engine.log.kafka;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Latency;
import dev.sluice.engine.flow.Stage;
import dev.sluice.engine.log.LogRecord;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What is to be seen of appending: of the appender that there is, whichever that is now. */
final class AppendFlow {
  private final LongAdder frames;
  private final LongAdder records;
  private final LongAdder bytes;
  private final LongAdder refused = new LongAdder();
  private final Latency latency;

  AppendFlow(Flow flow, Supplier<Appender> appender, KafkaSettings settings) {
    Hop hop =
        new Hop(Stage.LOG, "append")
            .state("pending", () -> appender.get().pending())
            .state("oldest-ms", () -> appender.get().oldest());
    frames = hop.counting("frames");
    records = hop.counting("records");
    bytes = hop.counting("bytes");
    latency = hop.timing("append to stored on all in-sync replicas");
    flow.add(hop);
    flow.add(
        new Buffer(
                Label.of(Stage.LOG, "append"),
                new Buffer.Room("frames", () -> appender.get().queued(), settings.appendQueue()),
                "refused with OVERLOADED")
            .dropping("frames", refused::sum));
    flow.add(
        new Buffer(
                Label.of(Stage.LOG, "producer"),
                new Buffer.Room(
                    "bytes", () -> appender.get().producerBytes(), settings.producerMemory()),
                "the ingest buffer keeps it at most half full")
            .waiting("ms", () -> appender.get().producerWaited()));
  }

  void refused() {
    refused.increment();
  }

  /** An append is stored. */
  void stored(List<LogRecord> stored, long nanos) {
    frames.increment();
    records.add(stored.size());
    long sum = 0;
    for (LogRecord record : stored) {
      sum += record.bytes();
    }
    bytes.add(sum);
    latency.took(nanos, TimeUnit.NANOSECONDS);
  }
}
