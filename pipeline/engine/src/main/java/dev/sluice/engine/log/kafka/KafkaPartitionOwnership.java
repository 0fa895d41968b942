package dev.sluice.engine.log.kafka;

import dev.sluice.engine.log.PartitionOwnership;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a consumer group that reads nothing: the group's assignment is what is wanted. Runs
 * on a thread of its own.
 */
final class KafkaPartitionOwnership implements PartitionOwnership, ConsumerRebalanceListener {
  private static final Logger log = LoggerFactory.getLogger(KafkaPartitionOwnership.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long CLOSE_MS = 2_000;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<TopicPartition> owned = new HashSet<>();
  private final Object idle = new Object();
  private final Thread thread;
  private volatile Set<String> watched = Set.of();
  private volatile boolean closed;

  KafkaPartitionOwnership(KafkaSettings settings, String group) {
    Map<String, Object> config = new HashMap<>(settings.consumer());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500);
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    // Nothing is read, so it does not matter where from; without a position a poll would fail.
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    consumer = new KafkaConsumer<>(config);
    thread = new Thread(this::run, "sluice-ownership");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void watch(Collection<String> topics) {
    watched = Set.copyOf(topics);
  }

  @Override
  public Set<Integer> owned(String topic) {
    synchronized (owned) {
      Set<Integer> partitions = new HashSet<>();
      for (TopicPartition partition : owned) {
        if (partition.topic().equals(topic)) {
          partitions.add(partition.partition());
        }
      }
      return partitions;
    }
  }

  private void run() {
    try (consumer) {
      while (!closed) {
        step();
      }
    } catch (InterruptException e) {
      // Closed.
    }
  }

  private void step() {
    // Read once: it may change at any time, and what is not subscribed to cannot be polled.
    Set<String> topics = watched;
    try {
      if (!topics.equals(consumer.subscription())) {
        consumer.subscribe(topics, this);
      }
      if (topics.isEmpty()) {
        synchronized (idle) {
          if (!closed) {
            idle.wait(POLL.toMillis());
          }
        }
      } else {
        consumer.poll(POLL);
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      log.warn("Sharing out partitions failed cause={}", e.toString());
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    consumer.pause(partitions);
    synchronized (owned) {
      owned.addAll(partitions);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    synchronized (owned) {
      partitions.forEach(owned::remove);
    }
  }

  @Override
  public void close() {
    closed = true;
    synchronized (idle) {
      idle.notifyAll();
    }
    try {
      thread.join(CLOSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
