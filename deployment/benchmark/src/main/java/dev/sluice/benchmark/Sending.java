package dev.sluice.benchmark;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Records handed to a producer from one thread, and what became of them. */
final class Sending {
  private final KafkaProducer<byte[], byte[]> producer;
  private final CountDownLatch stored;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * @param records how many will be sent
   */
  Sending(KafkaProducer<byte[], byte[]> producer, int records) {
    this.producer = producer;
    this.stored = new CountDownLatch(records);
  }

  void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(record, (metadata, exception) -> onStored(exception));
  }

  private void onStored(@Nullable Exception exception) {
    if (exception != null) {
      failure.compareAndSet(null, exception);
    }
    stored.countDown();
  }

  /** Waits until all of them are stored. */
  void await() throws Exception {
    if (!stored.await(RawKafka.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new TimeoutException(stored.getCount() + " records are not stored");
    }
    Exception failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }
}
