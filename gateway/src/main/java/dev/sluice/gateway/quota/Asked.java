package dev.sluice.gateway.quota;

import dev.sluice.model.problem.Problem;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** A query that counts until it is closed; closed again does nothing. Any thread. */
public sealed class Asked implements AutoCloseable {
  /** One of a caller without a quota. */
  static final Asked UNBOUNDED = new Unbounded();

  private final Consumer<Asked> end;
  private final Sinks.Empty<Void> cut = Sinks.empty();
  private volatile LongSupplier stateBytes = () -> 0;

  Asked(Consumer<Asked> end) {
    this.end = end;
  }

  /**
   * The answer until the caller's queries hold too much state, and this one the most of it; then
   * QUOTA_EXCEEDED as a failure.
   *
   * @param itsStateBytes what it holds, asked on any thread
   */
  public <T> Flux<T> until(LongSupplier itsStateBytes, Flux<T> answer) {
    stateBytes = itsStateBytes;
    return answer.takeUntilOther(cut.asMono());
  }

  long stateBytes() {
    return stateBytes.getAsLong();
  }

  void cut(Problem problem) {
    cut.tryEmitError(problem.toException());
  }

  @Override
  public void close() {
    end.accept(this);
  }

  private static final class Unbounded extends Asked {
    Unbounded() {
      super(asked -> {});
    }

    @Override
    public <T> Flux<T> until(LongSupplier itsStateBytes, Flux<T> answer) {
      return answer;
    }
  }
}
