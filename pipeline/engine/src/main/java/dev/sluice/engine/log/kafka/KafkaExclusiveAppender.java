package dev.sluice.engine.log.kafka;

import dev.sluice.engine.log.ExclusiveAppender;
import dev.sluice.engine.log.LogRecord;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * A producer whose transactional id is the name. Kafka lets the one that was initialised last go
 * on, aborts what an earlier one had open before that call returns, and refuses whatever an earlier
 * one still sends.
 */
final class KafkaExclusiveAppender implements ExclusiveAppender {
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;

  KafkaExclusiveAppender(KafkaSettings settings, String name) {
    producer = new KafkaProducer<>(settings.exclusiveProducer(name));
    try {
      KafkaLogReader.asking(
          "begin transactions",
          () -> {
            producer.initTransactions();
            return true;
          });
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public boolean append(List<LogRecord> records) {
    try {
      producer.beginTransaction();
      for (LogRecord record : records) {
        // What becomes of each is known when the transaction is committed, or is not.
        var unused = producer.send(Records.toKafka(record));
      }
      producer.commitTransaction();
      return true;
    } catch (KafkaException e) {
      if (isFenced(e)) {
        return false;
      }
      throw KafkaCalls.unavailable("store what was made of dead letters", e);
    }
  }

  private static boolean isFenced(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  /** A transaction that is under way is aborted, if that does not take long. */
  @Override
  public void close() {
    producer.close(CLOSING);
  }
}
