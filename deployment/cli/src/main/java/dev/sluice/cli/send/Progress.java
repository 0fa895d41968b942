package dev.sluice.cli.send;

import dev.sluice.cli.file.InputFile;
import java.io.PrintWriter;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** A bar on a terminal that says how far the sending is. */
final class Progress implements Disposable {
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final int BAR = 30;

  private final PrintWriter err;
  private final InputFile file;
  private final Tally tally;
  private final long begun = System.nanoTime();
  private final Disposable timer;

  Progress(PrintWriter err, InputFile file, Tally tally) {
    this.err = err;
    this.file = file;
    this.tally = tally;
    this.timer = Flux.interval(EVERY).onBackpressureDrop().subscribe(tick -> draw());
  }

  private synchronized void draw() {
    if (timer == null || !timer.isDisposed()) {
      err.print("\r" + line(file.position(), file.size(), System.nanoTime() - begun) + "\u001b[K");
      err.flush();
    }
  }

  private String line(long position, long size, long nanos) {
    long acked = tally.acked();
    String rate = "%,d acked, %,d/s".formatted(acked, (long) (acked * 1e9 / nanos));
    if (size <= 0) {
      return rate;
    }
    double part = Math.min(1, position / (double) size);
    int full = (int) (part * BAR);
    return "[%s%s] %3d %%  %s"
        .formatted("=".repeat(full), " ".repeat(BAR - full), (int) (part * 100), rate);
  }

  /** Takes the bar away. */
  @Override
  public synchronized void dispose() {
    timer.dispose();
    err.print("\r\u001b[K");
    err.flush();
  }
}
