package dev.sluice.standalone;

import dev.sluice.embedded.DataDirectory;
import dev.sluice.standalone.demo.Demonstration;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A run from its start to the signal that ends it. */
final class Run {
  private Run() {}

  /** What is started besides the house, once that is ready. */
  @FunctionalInterface
  interface Guests {
    void start(House house, Parts parts) throws Exception;
  }

  /**
   * Returns by an exception, with everything stopped again, or when it is only to become ready; a
   * signal ends the process, and everything is stopped by its shutdown hook.
   *
   * @param demonstration what is added for a demo; null: none
   */
  static int untilStopped(
      Options options,
      @Nullable Demonstration demonstration,
      PrintWriter out,
      Function<House, String> greeting,
      Guests guests)
      throws Exception {
    options.check();
    DataDirectory data = DataDirectory.lock(options.data());
    // Read by logback.xml: set before the first logger is made, and after the directory is ours.
    System.setProperty("sluice.log", data.path().resolve("sluice.log").toString());
    Parts parts = new Parts();
    parts.start("data directory", () -> data);
    CountDownLatch ready = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (ready.getCount() == 0) {
                    say(out, "stopping");
                  }
                  parts.close();
                },
                "stop"));
    try {
      House house = House.start(options, data, parts, demonstration);
      guests.start(house, parts);
      say(out, greeting.apply(house));
      say(out, String.format(Locale.ROOT, "ready in %.1f s", secondsSinceStart()));
      ready.countDown();
    } catch (Exception e) {
      if (parts.isStopping()) {
        // A signal came before it was ready: no failure, and the hook stops what there is.
        new CountDownLatch(1).await();
      }
      parts.close();
      throw e;
    }
    if (options.untilReady) {
      parts.close();
      return 0;
    }
    new CountDownLatch(1).await();
    return 0;
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private static double secondsSinceStart() {
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    return (System.currentTimeMillis() - started) / 1000.0;
  }
}
