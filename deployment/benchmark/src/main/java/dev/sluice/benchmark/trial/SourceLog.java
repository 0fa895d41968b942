package dev.sluice.benchmark.trial;

import dev.sluice.engine.log.Punctuation;
import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.stream.StreamDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The stream's log read back in the order of its offsets, with what the documentation says of each
 * event: the watermark of its partition before it, and whether it is there once more.
 */
final class SourceLog {
  private final StreamDefinition stream;
  private final List<Partition> partitions = new ArrayList<>();
  private final BitSet seqs = new BitSet();
  private long events;
  private long duplicates;

  /**
   * An event that counts.
   *
   * @param watermark of its partition before it, ms of the epoch
   */
  record Event(String device, String site, long seq, long time, long value, long watermark) {}

  /** Where the reading of a partition is. */
  private static final class Partition {
    private final BitSet seen = new BitSet();
    private long watermark = Long.MIN_VALUE;
  }

  SourceLog(StreamDefinition stream) {
    this.stream = stream;
    for (int p = 0; p < stream.storage().partitions(); p++) {
      partitions.add(new Partition());
    }
  }

  /** Hands on all events but the repeated. */
  void read(Clients clients, Consumer<Event> counts) throws IOException, TimeoutException {
    CommittedTopic topic = new CommittedTopic(clients, stream);
    topic.read(
        record -> {
          if (record.value() == null) {
            punctuate(record);
          } else {
            take(record, topic.fields(record), counts);
          }
        });
  }

  private void punctuate(ConsumerRecord<byte[], byte[]> record) {
    Partition partition = partitions.get(record.partition());
    Header stated = record.headers().lastHeader(Punctuation.HEADER);
    if (stated != null) {
      partition.watermark = Math.max(partition.watermark, Punctuation.watermark(stated.value()));
    }
  }

  private void take(
      ConsumerRecord<byte[], byte[]> record, GenericRecord event, Consumer<Event> counts) {
    Partition partition = partitions.get(record.partition());
    events++;
    int seq = (int) (long) event.get("seq");
    long time = record.timestamp();
    seqs.set(seq);
    boolean remembered = partition.watermark <= time + stream.identity().dedupe().toMillis();
    if (remembered && partition.seen.get(seq)) {
      duplicates++;
    } else {
      partition.seen.set(seq);
      counts.accept(
          new Event(
              event.get("device").toString(),
              event.get("site").toString(),
              seq,
              time,
              (long) event.get("v"),
              partition.watermark));
    }
    long certain = Math.min(time, (long) event.get(StreamSchema.INGESTED));
    partition.watermark =
        Math.max(partition.watermark, certain - stream.time().lateness().toMillis());
  }

  /** Events that the log has, the repeated too. */
  long events() {
    return events;
  }

  /** Events that are there once more. */
  long duplicates() {
    return duplicates;
  }

  /** The numbers of the events that it has. */
  BitSet seqs() {
    return seqs;
  }
}
