package dev.sluice.fleet;

import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;

/** Runs a fleet against a gateway until the process is ended. */
public final class FleetMain {
  private static final String USAGE =
      "usage: [--http http://localhost:8080] [--rsocket localhost:7878] [--speed 30]"
          + " [--token-file file] [--trust gateway.pem] [--disk directory]";
  private static final Duration LAST_ACKS = Duration.ofSeconds(5);
  private static final Duration PRINT_EVERY = Duration.ofSeconds(10);
  private static final int USAGE_ERROR = 2;

  private FleetMain() {}

  /** See the usage; {@code --speed} is how many times faster than recorded. */
  public static void main(String[] args) throws InterruptedException {
    PrintStream out = System.out;
    FleetOptions options;
    try {
      options = options(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + USAGE);
      System.exit(USAGE_ERROR);
      return;
    }
    Fleet fleet = Fleet.start(options);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(fleet)));
    Flux.interval(PRINT_EVERY).subscribe(tick -> out.println(fleet.counters()));
    new CountDownLatch(1).await();
  }

  private static void stop(Fleet fleet) {
    CountDownLatch stopped = new CountDownLatch(1);
    fleet.stop(LAST_ACKS).doFinally(signal -> stopped.countDown()).subscribe();
    try {
      if (stopped.await(LAST_ACKS.toSeconds() * 2, TimeUnit.SECONDS)) {
        System.out.println(fleet.counters());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static FleetOptions options(String[] args) {
    URI http = URI.create("http://localhost:8080");
    String host = "localhost";
    int port = 7878;
    double speed = FleetOptions.DEFAULT_SPEED;
    Path token = null;
    Path trusted = null;
    Path disk = null;
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " needs a value");
      }
      String value = args[i + 1];
      switch (args[i]) {
        case "--http" -> http = URI.create(value);
        case "--rsocket" -> {
          int colon = value.lastIndexOf(':');
          host = value.substring(0, Math.max(0, colon));
          port = Integer.parseInt(value.substring(colon + 1));
        }
        case "--speed" -> speed = Double.parseDouble(value);
        case "--token-file" -> token = Path.of(value);
        case "--trust" -> trusted = Path.of(value);
        case "--disk" -> disk = Path.of(value);
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
    return new FleetOptions(http, host, port, speed, new FleetOptions.Access(token, trusted), disk);
  }
}
