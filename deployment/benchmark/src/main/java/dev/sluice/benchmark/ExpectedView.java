package dev.sluice.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The rows of the view, worked out from how the readings are made. */
final class ExpectedView {
  private static final double CLOSE = 1e-9;
  private static final int HEADER_BYTES = 5;

  private final int devices;
  private final long windowMs;
  private final long firstWindow;
  private final long[] counts;
  private final long[] sums;
  private final int[] greatest;
  private final int rows;

  /** A row, as any contender writes it. */
  record Row(long start, String device, double average, double greatest, long count) {}

  ExpectedView(Readings readings, int devices, long events, Duration window) {
    this.devices = devices;
    windowMs = window.toMillis();
    firstWindow = readings.time(0) / windowMs;
    int places = ((int) (readings.time(events - 1) / windowMs - firstWindow) + 1) * devices;
    counts = new long[places];
    sums = new long[places];
    greatest = new int[places];
    int groups = 0;
    for (long number = 0; number < events; number++) {
      if (!Readings.isFiltered(number)) {
        int place =
            (int) (readings.time(number) / windowMs - firstWindow) * devices
                + readings.device(number);
        int temperature = readings.temperature(number);
        greatest[place] = counts[place] == 0 ? temperature : Math.max(greatest[place], temperature);
        groups += counts[place] == 0 ? 1 : 0;
        counts[place]++;
        sums[place] += temperature;
      }
    }
    rows = groups;
  }

  String query(String stream) {
    return ("SELECT device, AVG(temperature) AS avg_t, MAX(temperature) AS max_t, COUNT(*) AS n FROM %s"
            + " WHERE humidity BETWEEN 0 AND 100 GROUP BY TUMBLE(ts, INTERVAL '%d' SECOND), device")
        .formatted(stream, windowMs / 1_000);
  }

  int rows() {
    return rows;
  }

  Duration window() {
    return Duration.ofMillis(windowMs);
  }

  /** A row of the view's topic; null for what is none. */
  static @Nullable Row ofView(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      return null;
    }
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
    try {
      decoder.readLong(); // _ingested
      long start = decoder.readLong();
      decoder.readLong(); // window_end
      String device = decoder.readString();
      double average = nullable(decoder);
      double greatest = nullable(decoder);
      return new Row(start, device, average, greatest, decoder.readLong());
    } catch (IOException e) {
      throw new IllegalStateException("a row is not one of the view's", e);
    }
  }

  private static double nullable(BinaryDecoder decoder) throws IOException {
    return decoder.readIndex() == 0 ? Double.NaN : decoder.readDouble();
  }

  /** Reads a topic of rows from its beginning. */
  Reading reading(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return new Reading(consumer, topic);
  }

  /** Whose rows must be these, each once. */
  final class Reading implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final boolean[] seen = new boolean[counts.length];
    private int found;

    private Reading(KafkaConsumer<byte[], byte[]> consumer, String topic) {
      this.consumer = consumer;
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    }

    /**
     * Waits for the last row.
     *
     * @param decode null for what is no row
     */
    void untilAll(Function<ConsumerRecord<byte[], byte[]>, @Nullable Row> decode)
        throws WrongCount, TimeoutException {
      long began = System.nanoTime();
      while (found < rows) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(RawKafka.POLL)) {
          Row row = decode.apply(record);
          if (row != null) {
            check(row);
          }
        }
        if (System.nanoTime() - began > RawKafka.LIMIT.toNanos()) {
          throw new TimeoutException("only " + found + " of " + rows + " rows came");
        }
      }
    }

    private void check(Row row) throws WrongCount {
      long window = row.start / windowMs - firstWindow;
      if (window * devices >= counts.length) {
        return; // of what closes the windows
      }
      int place =
          (int) window * devices + Integer.parseInt(row.device.substring("device-".length()));
      double average = sums[place] / 100.0 / counts[place];
      if (seen[place]
          || row.count != counts[place]
          || row.greatest != greatest[place] / 100.0
          || Math.abs(row.average - average) > CLOSE) {
        throw new WrongCount("a row is wrong, or comes twice: " + row);
      }
      seen[place] = true;
      found++;
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
