package dev.sluice.standalone;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started, stopped in the opposite order, whoever asks and whenever: {@link #close}
 * waits for the part that is starting, so that none is left running.
 */
final class Parts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Parts.class);
  private static final long START_WITHIN_SECONDS = 30;

  private final ReentrantLock changing = new ReentrantLock();
  private final Deque<Part> started = new ArrayDeque<>();
  private volatile boolean stopping;

  /** Who starts a part that waits; null if nobody does. */
  private volatile @Nullable Thread patient;

  private record Part(String name, AutoCloseable part) {}

  /**
   * Starts a part.
   *
   * @throws IllegalStateException this is stopping; the part has not been started
   */
  <T extends AutoCloseable> T start(String name, Callable<T> start) throws Exception {
    return start(name, start, false);
  }

  /**
   * Starts a part that waits for what it needs, however long that is away. If this stops meanwhile,
   * the thread that starts it is interrupted.
   */
  <T extends AutoCloseable> T startPatiently(String name, Callable<T> start) throws Exception {
    return start(name, start, true);
  }

  private <T extends AutoCloseable> T start(String name, Callable<T> start, boolean patiently)
      throws Exception {
    changing.lock();
    try {
      if (stopping) {
        throw new IllegalStateException("stopped before it was ready");
      }
      patient = patiently ? Thread.currentThread() : null;
      T part = start.call();
      started.push(new Part(name, part));
      return part;
    } finally {
      patient = null;
      changing.unlock();
    }
  }

  boolean isStopping() {
    return stopping;
  }

  @Override
  public void close() {
    stopping = true;
    Thread waiting = patient;
    if (waiting != null) {
      waiting.interrupt();
    }
    boolean alone = false;
    try {
      alone = changing.tryLock(START_WITHIN_SECONDS, TimeUnit.SECONDS);
      while (!started.isEmpty()) {
        stop(started.pop());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (alone) {
        changing.unlock();
      }
    }
  }

  private static void stop(Part part) {
    log.info("stopping {}", part.name());
    try {
      part.part().close();
    } catch (Exception e) {
      // The others are stopped all the same.
      log.error("{} does not stop", part.name(), e);
    }
  }
}
