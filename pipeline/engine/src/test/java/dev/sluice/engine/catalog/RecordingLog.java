package dev.sluice.engine.catalog;

import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.ExclusiveAppender;
import dev.sluice.engine.log.GroupReader;
import dev.sluice.engine.log.GroupState;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.TopicRecords;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Mono;

/** Says what the catalog asks of the log, and can be away. */
final class RecordingLog implements EventLog {
  final List<String> calls = new CopyOnWriteArrayList<>();
  volatile boolean away;

  volatile long wholeFrom = Long.MIN_VALUE;

  /** Of a topic that is there; 0: it is made as it is asked for. */
  volatile int partitionsThere;

  @Override
  public Mono<Void> createTopics(StreamDefinition stream) {
    return call("create " + stream.name());
  }

  @Override
  public Mono<Void> deleteTopics(StreamDefinition stream) {
    return call("delete " + stream.name());
  }

  @Override
  public Mono<Integer> partitions(String topic) {
    return Mono.just(3);
  }

  private Mono<Void> call(String call) {
    return Mono.fromRunnable(
        () -> {
          if (away) {
            throw Problem.of(ProblemCode.LOG_UNAVAILABLE, "away").toException();
          }
          calls.add(call);
        });
  }

  @Override
  public Mono<List<PartitionExtent>> extents(StreamDefinition stream) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Mono<Long> wholeFrom(StreamDefinition stream) {
    return Mono.just(wholeFrom);
  }

  @Override
  public Mono<Void> retainDeadLetters(Collection<StreamDefinition> streams) {
    throw new UnsupportedOperationException();
  }

  @Override
  public TopicRecords openRecords() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ExclusiveAppender openExclusive(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Mono<Void> append(List<LogRecord> records) {
    throw new UnsupportedOperationException();
  }

  @Override
  public LogReader openReader(CatalogStream stream) {
    throw new UnsupportedOperationException();
  }

  @Override
  public LogReader openLent(CatalogStream stream) {
    throw new UnsupportedOperationException();
  }

  @Override
  public GroupReader joinGroup(CatalogStream stream, String group) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Mono<GroupState> groupState(String group, String topic) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Mono<Void> pinGroup(String group, StreamDefinition stream) {
    return Mono.empty();
  }

  @Override
  public Mono<Integer> createTopic(String topic, int partitions) {
    return Mono.just(partitionsThere == 0 ? partitions : partitionsThere);
  }

  @Override
  public long workingSince() {
    throw new AssertionError("the catalog does not append");
  }

  @Override
  public Mono<List<Long>> ends(StreamDefinition stream) {
    throw new UnsupportedOperationException();
  }

  @Override
  public dev.sluice.engine.log.PartitionOwnership joinOwnership(String group) {
    throw new AssertionError("the catalog owns nothing");
  }
}
