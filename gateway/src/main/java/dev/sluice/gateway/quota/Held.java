package dev.sluice.gateway.quota;

import java.util.concurrent.atomic.AtomicBoolean;

/** A connection that counts until it is closed; closed again does nothing. Any thread. */
public final class Held implements AutoCloseable {
  /** One that does not count. */
  public static final Held NONE = new Held(() -> {});

  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  Held(Runnable release) {
    this.release = release;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }
}
