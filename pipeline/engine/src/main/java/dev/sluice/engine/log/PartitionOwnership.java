package dev.sluice.engine.log;

import java.util.Collection;
import java.util.Set;

/**
 * This process's share of the streams' partitions: each partition that any process watches is owned
 * by one of them.
 */
public interface PartitionOwnership extends AutoCloseable {

  /** Takes part for the streams of these topics, and no longer for others. Any thread. */
  void watch(Collection<String> topics);

  /** The partitions of the topic that are this process's now. Any thread. */
  Set<Integer> owned(String topic);

  @Override
  void close();
}
