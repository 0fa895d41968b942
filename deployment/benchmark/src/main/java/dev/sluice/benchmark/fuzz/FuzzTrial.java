package dev.sluice.benchmark.fuzz;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends changed requests to a gateway, through all of its doors, and looks at every answer. An
 * input is a function of the seed and its number.
 */
public final class FuzzTrial {
  static final int MOST_FINDINGS = 20;
  private static final int CLIENTS = 4;
  private static final int ONE_WARMS_UP_IN = 20;

  /** Inputs for which a stream is kept: questions about all of it take longer the more it has. */
  private static final long ROUND = 50_000;

  /** Pools open connections, and threads for them, as they are first needed at once. */
  private static final int SLACK = 40;

  private static final long SETTLED_WITHIN_SECONDS = 120;
  private static final long RATE_SECONDS = 1;

  private final Target target;
  private final long seed;
  private final PrintWriter progress;
  private final Http http;
  private final Suspicion suspicion;
  private final Map<String, LongAdder> inputs = new ConcurrentHashMap<>();
  private final Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
  private final LongAdder byDesign = new LongAdder();
  private final Map<Long, String> findings = new ConcurrentHashMap<>();

  /**
   * Whom it is sent to.
   *
   * @param host of all ports
   * @param process the gateway's
   * @param secrets that no answer may have
   */
  public record Target(
      String host, int httpPort, int rsocketPort, ProcessHandle process, List<String> secrets) {
    public Target {
      secrets = List.copyOf(secrets);
    }
  }

  public FuzzTrial(Target target, long seed, PrintWriter progress) {
    this.target = target;
    this.seed = seed;
    this.progress = progress;
    http = new Http("http://" + target.host + ":" + target.httpPort);
    suspicion = new Suspicion(target.secrets);
  }

  /**
   * Sends them.
   *
   * @param first number of the first
   * @param count how many
   */
  public FuzzResult run(long first, long count) throws Exception {
    long warmUp = count / ONE_WARMS_UP_IN;
    send(first, first + warmUp);
    Definitions.defineAndDelete(http);
    double rateBefore = rate();
    Held before = Held.by(target.process);
    say("before: " + before + String.format(", %.0f good frames/s", rateBefore));
    send(first + warmUp, first + count);
    Definitions.deleteAll(http);
    Held after = settled(before);
    double rateAfter = rate();
    say("after: " + after + String.format(", %.0f good frames/s", rateAfter));
    Map<String, Long> sent = new LinkedHashMap<>();
    inputs.forEach((door, number) -> sent.put(door, number.sum()));
    Map<Integer, Long> answers = new LinkedHashMap<>();
    statuses.forEach((status, number) -> answers.put(status, number.sum()));
    return new FuzzResult(
        sent,
        answers,
        byDesign.sum(),
        findings.values().stream().sorted().toList(),
        before,
        after,
        after.within(before, SLACK),
        rateBefore,
        rateAfter);
  }

  private void send(long from, long to) throws Exception {
    for (long at = from; at < to; at += ROUND) {
      Definitions.declareAnew(http);
      round(at, Math.min(to, at + ROUND));
      say("up to " + Math.min(to, at + ROUND) + ": " + findings.size() + " findings");
    }
  }

  private void round(long from, long to) throws Exception {
    AtomicLong next = new AtomicLong(from);
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(clients.submit(() -> client(next, to)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      clients.shutdownNow();
    }
  }

  /** One after the other, until all are sent or there is enough to mend. */
  private Void client(AtomicLong next, long to) throws Exception {
    Map<String, Door> doors = doors();
    try {
      long number;
      while ((number = next.getAndIncrement()) < to && findings.size() < MOST_FINDINGS) {
        Mutator mutator = new Mutator(new SplittableRandom(seed * 1_000_003 + number));
        String name = door(mutator.number(100));
        one(number, name, Objects.requireNonNull(doors.get(name)), mutator);
      }
    } finally {
      doors.values().forEach(Door::close);
    }
    return null;
  }

  private void one(long number, String name, Door door, Mutator mutator) throws Exception {
    inputs.computeIfAbsent(name, n -> new LongAdder()).increment();
    Optional<String> wrong;
    String shown;
    try {
      Answer answer = door.send(mutator);
      statuses.computeIfAbsent(answer.status(), s -> new LongAdder()).increment();
      if (Suspicion.isByDesign(answer)) {
        byDesign.increment();
      }
      wrong = suspicion.of(answer);
      shown = answer.status() + " " + Answer.shown(answer.text()) + "\n  to " + answer.sent();
    } catch (Door.NoAnswer e) {
      wrong = Optional.of("no answer");
      shown = String.valueOf(e.getMessage());
    }
    if (wrong.isPresent()) {
      String finding = "%d %s: %s: %s".formatted(number, name, wrong.get(), shown);
      findings.put(number, finding);
      say(finding);
    }
  }

  private static String door(int percent) {
    if (percent < 35) {
      return "frames over HTTP";
    }
    if (percent < 65) {
      return "questions";
    }
    if (percent < 80) {
      return "RSocket";
    }
    if (percent < 92) {
      return "WebSocket";
    }
    if (percent < 95) {
      return "definitions";
    }
    return percent < 98 ? "bytes of HTTP" : "bytes of RSocket";
  }

  private Map<String, Door> doors() {
    InetSocketAddress web = new InetSocketAddress(target.host, target.httpPort);
    InetSocketAddress rsocket = new InetSocketAddress(target.host, target.rsocketPort);
    String messages = "ws://" + target.host + ":" + target.httpPort;
    return Map.of(
        "frames over HTTP", new FramesOverHttp(http),
        "questions", new Questions(http),
        "RSocket", new RSocketRequests(rsocket),
        "WebSocket", new Messages(HttpClient.newHttpClient(), messages),
        "definitions", new Definitions(http),
        "bytes of HTTP", new Bytes(web, Bytes.requests()),
        "bytes of RSocket", new Bytes(rsocket, List.of(RSocketRequests.handshake())));
  }

  /** Good frames a second of one who waits for each ack. */
  private double rate() throws Exception {
    byte[] frame = JsonMapper.shared().writeValueAsBytes(Valid.EVENTS);
    long began = System.nanoTime();
    long frames = 0;
    while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(RATE_SECONDS)) {
      Answer answer =
          http.send(
              http.to("/v1/streams/" + Valid.STREAM + "/events")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofByteArray(frame))
                  .build(),
              "a good frame");
      if (!answer.text().contains("\"accepted\":3")) {
        throw new IllegalStateException("a good frame is not taken: " + answer);
      }
      frames++;
    }
    return frames * 1e9 / (System.nanoTime() - began);
  }

  /** What it holds once that is no more than before, or the time is over. */
  private Held settled(Held before) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLED_WITHIN_SECONDS);
    Held now = Held.by(target.process);
    while (!now.within(before, SLACK) && System.nanoTime() < until) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      now = Held.by(target.process);
    }
    return now;
  }

  private void say(String line) {
    synchronized (progress) {
      progress.println(line);
      progress.flush();
    }
  }
}
