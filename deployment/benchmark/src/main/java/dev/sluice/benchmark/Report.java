package dev.sluice.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Results as JSON, with what they were measured with, and for people. */
final class Report {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final long GIT_WITHIN_SECONDS = 10;

  private Report() {}

  /**
   * @param settings that are written as they are
   */
  static ObjectNode of(Object settings, List<Race.Result> results) {
    ObjectNode report = head();
    report.set("settings", JSON.valueToTree(settings));
    ArrayNode benchmarks = report.putArray("benchmarks");
    results.forEach(result -> benchmarks.add(benchmark(result)));
    return report;
  }

  static void write(Path file, ObjectNode report) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(report) + "\n");
  }

  /** What is measured, and with what. */
  static ObjectNode head() {
    ObjectNode report = JSON.createObjectNode();
    report.put("commit", git("rev-parse", "HEAD"));
    String changed = git("status", "--porcelain", "--untracked-files=no");
    report.put("modified", changed != null && !changed.isEmpty());
    report.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    report.set("jdk", jdk());
    report.set("machine", machine());
    return report;
  }

  private static ObjectNode jdk() {
    return JSON.createObjectNode()
        .put("version", System.getProperty("java.runtime.version"))
        .put("vendor", System.getProperty("java.vendor"))
        .put("vm", System.getProperty("java.vm.name"));
  }

  private static ObjectNode machine() {
    ObjectNode machine =
        JSON.createObjectNode()
            .put("cores", Runtime.getRuntime().availableProcessors())
            .put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
            .put("architecture", System.getProperty("os.arch"));
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      machine.put("memoryBytes", system.getTotalMemorySize());
    }
    return machine;
  }

  static ObjectNode benchmark(Race.Result result) {
    ObjectNode benchmark = JSON.createObjectNode();
    benchmark.put("name", result.name()).put("what", result.title());
    ArrayNode contenders = benchmark.putArray("contenders");
    result
        .contenders()
        .forEach(
            (name, rounds) -> {
              ObjectNode contender = contenders.addObject();
              contender.put("name", name).put("baseline", name.equals(result.baseline()));
              contender.set("medians", JSON.valueToTree(result.medians(name)));
              if (!name.equals(result.baseline())) {
                contender.set("ratios", JSON.valueToTree(result.ratios(name)));
              }
              ArrayNode all = contender.putArray("rounds");
              for (Race.Round round : rounds) {
                ObjectNode one = all.addObject();
                one.set("figures", JSON.valueToTree(round.figures()));
                one.put("load", round.load());
              }
            });
    ArrayNode aims = benchmark.putArray("aims");
    for (Race.Aim aim : result.aims()) {
      aims.addObject()
          .put("contender", aim.contender())
          .put("against", aim.against())
          .put("ratio", result.reached(aim))
          .put("aim", aim.ratio());
    }
    return benchmark;
  }

  private static @Nullable String git(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process git =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean good = git.waitFor(GIT_WITHIN_SECONDS, TimeUnit.SECONDS) && git.exitValue() == 0;
      return good ? output.strip() : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  static void print(PrintWriter out, List<Race.Result> results) {
    for (Race.Result result : results) {
      out.printf(Locale.ROOT, "%n%s: %s%n", result.name(), result.title());
      for (String contender : result.contenders().keySet()) {
        out.printf(Locale.ROOT, "  %-16s %s", contender, Race.text(result.medians(contender)));
        if (!contender.equals(result.baseline())) {
          out.printf(Locale.ROOT, "  = baseline x %s", ratios(result, contender));
        }
        out.println();
      }
      for (Race.Aim aim : result.aims()) {
        out.printf(
            Locale.ROOT,
            "  %s = %s x %.2f (aim %.2f)%n",
            aim.contender(),
            aim.against(),
            result.reached(aim),
            aim.ratio());
      }
    }
    out.flush();
  }

  private static String ratios(Race.Result result, String contender) {
    return result.ratios(contender).values().stream()
        .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
        .collect(Collectors.joining(", "));
  }
}
