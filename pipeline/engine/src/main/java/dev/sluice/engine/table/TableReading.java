package dev.sluice.engine.table;

import dev.sluice.model.event.EventBatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Between the connection, which is asked for two batches ahead, and the thread that takes them. */
final class TableReading extends BaseSubscriber<List<EventBatch>> implements ViewRows.Reading {
  private static final int AHEAD = 2;
  private static final List<EventBatch> NO_MORE = List.of();

  private final Flux<List<EventBatch>> source;
  private final Consumer<TableReading> onClosed;

  /** What was asked for, and the end. */
  private final ArrayBlockingQueue<List<EventBatch>> came = new ArrayBlockingQueue<>(AHEAD + 1);

  private final AtomicReference<@Nullable Runnable> onReady = new AtomicReference<>();
  private volatile ViewRows.@Nullable Extent extent;
  private volatile @Nullable Throwable failure;
  private volatile boolean exhausted;
  private volatile long takenAt = System.nanoTime();

  /**
   * @param source of this reading, which says how far the table goes before its first batch
   * @param onClosed called when it is let go of
   */
  TableReading(
      Function<Consumer<ViewRows.Extent>, Flux<List<EventBatch>>> source,
      Consumer<TableReading> onClosed) {
    this.source = source.apply(known -> extent = known);
    this.onClosed = onClosed;
  }

  @Override
  public void begin(Runnable ready) {
    onReady.set(ready);
    source.subscribe(this);
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    subscription.request(AHEAD);
  }

  @Override
  protected void hookOnNext(List<EventBatch> batches) {
    came.add(batches);
    ready();
  }

  @Override
  protected void hookOnComplete() {
    came.add(NO_MORE);
    ready();
  }

  @Override
  protected void hookOnError(Throwable cause) {
    failure = cause;
    came.add(NO_MORE);
    ready();
  }

  private void ready() {
    Runnable waiting = onReady.getAndSet(null);
    if (waiting != null) {
      waiting.run();
    }
  }

  @Override
  public ViewRows.@Nullable Extent extent() {
    return extent;
  }

  @Override
  public List<EventBatch> poll(Duration timeout) {
    try {
      takenAt = System.nanoTime();
      List<EventBatch> taken = came.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (taken == null) {
        return List.of();
      }
      if (taken != NO_MORE) {
        request(1);
        return taken;
      }
      Throwable cause = failure;
      if (cause != null) {
        throw new IllegalStateException("the view's table cannot be read", cause);
      }
      exhausted = true;
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading a view's table", e);
    }
  }

  @Override
  public boolean isExhausted() {
    return exhausted;
  }

  /** Ends it if what is there was not taken for so long: its connection is wanted by others. */
  void endIfLeft(Duration longest) {
    if (!came.isEmpty() && System.nanoTime() - takenAt > longest.toNanos()) {
      cancel();
      failure = new IllegalStateException("nobody has taken rows for " + longest);
      came.clear();
      came.add(NO_MORE);
    }
  }

  @Override
  public void close() {
    cancel();
    onClosed.accept(this);
  }
}
