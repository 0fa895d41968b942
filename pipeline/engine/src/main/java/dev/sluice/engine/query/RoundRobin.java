package dev.sluice.engine.query;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * The elements of several sources, in turns of those that have one. Completes when all have.
 *
 * <p>Holds one element of each source, and asks for its next when that one was taken. (Reactor's
 * merge begins again at the source that it served last: asked for one element at a time, as a
 * connection does, it would serve one source alone for as long as that has something.)
 */
public final class RoundRobin<T> extends Flux<T> {
  private final List<? extends Publisher<T>> sources;
  private final boolean together;

  /**
   * @param sources that do not fail: the first failure ends them all
   */
  public RoundRobin(List<? extends Publisher<T>> sources) {
    this(sources, false);
  }

  /**
   * @param together whether none is served before each has something or has ended: their first
   *     elements then come before all others
   */
  RoundRobin(List<? extends Publisher<T>> sources, boolean together) {
    this.sources = List.copyOf(sources);
    this.together = together;
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> actual) {
    Turns<T> turns = new Turns<>(actual, sources.size(), !together);
    actual.onSubscribe(turns);
    for (int i = 0; i < sources.size(); i++) {
      sources.get(i).subscribe(turns.sources.get(i));
    }
    turns.begin();
  }

  private static final class Turns<T> implements Subscription {
    private final CoreSubscriber<? super T> actual;
    private final List<Source<T>> sources;
    private final AtomicLong demand = new AtomicLong();

    /** Not before all sources are there: the first would be served alone until then. */
    private final AtomicInteger draining = new AtomicInteger(1);

    private volatile boolean over;
    private volatile @Nullable Throwable failure;
    private int next;
    private boolean begun;

    Turns(CoreSubscriber<? super T> actual, int count, boolean begun) {
      this.actual = actual;
      this.begun = begun;
      this.sources = IntStream.range(0, count).mapToObj(i -> new Source<>(this)).toList();
    }

    @Override
    public void request(long elements) {
      demand.accumulateAndGet(elements, Operators::addCap);
      drain();
    }

    @Override
    public void cancel() {
      over = true;
      sources.forEach(Source::cancel);
    }

    void fail(Throwable cause) {
      failure = cause;
      drain();
    }

    void drain() {
      if (draining.getAndIncrement() == 0) {
        begin();
      }
    }

    void begin() {
      int missed = 1;
      while (missed != 0) {
        while (!over && turn()) {}
        missed = draining.addAndGet(-missed);
      }
    }

    /** Hands on one element; false if there is none, or none is wanted. */
    private boolean turn() {
      Throwable cause = failure;
      if (cause != null) {
        cancel();
        actual.onError(cause);
        return false;
      }
      begun = begun || sources.stream().allMatch(Source::hasSomething);
      if (!begun) {
        return false;
      }
      boolean ended = true;
      for (int i = 0; i < sources.size(); i++) {
        int turn = (next + i) % sources.size();
        Source<T> source = sources.get(turn);
        // Asked first: what came before the end is there when the end is seen.
        boolean done = source.done;
        T element = source.held;
        if (element != null) {
          if (demand.get() == 0) {
            return false;
          }
          next = turn + 1;
          if (demand.get() != Long.MAX_VALUE) {
            demand.decrementAndGet();
          }
          actual.onNext(element);
          source.taken();
          return true;
        }
        ended &= done;
      }
      if (ended) {
        over = true;
        actual.onComplete();
      }
      return false;
    }
  }

  private static final class Source<T> implements CoreSubscriber<T> {
    private final Turns<T> turns;
    private volatile @Nullable Subscription upstream;
    private volatile @Nullable T held;
    private volatile boolean done;

    Source(Turns<T> turns) {
      this.turns = turns;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      upstream = subscription;
      if (turns.over) {
        subscription.cancel();
      } else {
        subscription.request(1);
      }
    }

    @Override
    public void onNext(T element) {
      held = element;
      turns.drain();
    }

    @Override
    public void onError(Throwable cause) {
      turns.fail(cause);
    }

    @Override
    public void onComplete() {
      done = true;
      turns.drain();
    }

    boolean hasSomething() {
      return done || held != null;
    }

    void taken() {
      held = null;
      Subscription subscription = upstream;
      if (subscription != null) {
        subscription.request(1);
      }
    }

    void cancel() {
      Subscription subscription = upstream;
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
