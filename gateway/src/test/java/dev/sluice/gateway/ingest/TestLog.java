package dev.sluice.gateway.ingest;

import dev.sluice.engine.log.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A log in memory that can be held up and can fail. */
final class TestLog {
  final List<LogRecord> records = new CopyOnWriteArrayList<>();
  volatile @Nullable RuntimeException failure;
  private final List<Sinks.Empty<Void>> held = new ArrayList<>();
  private boolean stalled;

  /** From now on appends are taken, and not answered. */
  synchronized void stall() {
    stalled = true;
  }

  /** Answers what was held, in its order, and everything from now on. */
  void resume() {
    List<Sinks.Empty<Void>> freed;
    synchronized (this) {
      stalled = false;
      freed = List.copyOf(held);
      held.clear();
    }
    freed.forEach(Sinks.Empty::tryEmitEmpty);
  }

  /** Answers what was taken last. */
  void answerNewest() {
    Sinks.Empty<Void> newest;
    synchronized (this) {
      newest = held.remove(held.size() - 1);
    }
    newest.tryEmitEmpty();
  }

  synchronized int heldAppends() {
    return held.size();
  }

  List<LogRecord> topic(String name) {
    return records.stream().filter(record -> record.topic().equals(name)).toList();
  }

  Mono<Void> append(List<LogRecord> appended) {
    return Mono.defer(
        () -> {
          RuntimeException failing = failure;
          if (failing != null) {
            return Mono.error(failing);
          }
          synchronized (this) {
            records.addAll(appended);
            if (!stalled || appended.isEmpty()) {
              return Mono.empty();
            }
            Sinks.Empty<Void> sink = Sinks.empty();
            held.add(sink);
            return sink.asMono();
          }
        });
  }
}
