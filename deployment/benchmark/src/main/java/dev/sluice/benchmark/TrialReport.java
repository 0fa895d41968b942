package dev.sluice.benchmark;

import dev.sluice.benchmark.trial.KillResult;
import dev.sluice.benchmark.trial.KillResult.Recovered;
import dev.sluice.benchmark.trial.KillSettings;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What came of a trial with kills, as JSON and for people. */
final class TrialReport {
  private TrialReport() {}

  static ObjectNode of(KillSettings settings, KillResult result) {
    ObjectNode report = Report.head();
    ObjectNode said = report.putObject("settings");
    said.put("brokers", settings.brokers()).put("pipelines", settings.pipelines());
    said.put("rate", settings.load().rate()).put("devices", settings.load().devices());
    said.put("dedupe", settings.load().dedupe().toString()).put("seed", settings.load().seed());
    said.put("kills", settings.faults().kills());
    said.put("rebuilds", settings.faults().rebuilds());
    said.put("every", settings.faults().every().toString());
    said.put("down", settings.faults().down().toString());
    said.put("brokerRestarts", settings.faults().brokers());
    said.put("postgresRestarts", settings.faults().postgres());
    settings.pipelineSettings().forEach(said.putArray("pipelineSettings")::add);
    report.put("rebuilds", result.rebuilds());
    report.put("right", result.right()).put("settled", result.settled());
    result.wrong().forEach(report.putArray("wrong")::add);
    ObjectNode sent = report.putObject("sent");
    sent.put("events", result.sent().events()).put("perSecond", result.sent().rate());
    sent.put("neverMade", result.sent().never());
    sent.put("again", result.sent().again()).put("inLog", result.sent().inLog());
    sent.put("duplicates", result.sent().duplicates()).put("late", result.late());
    ObjectNode rows = report.putObject("rows");
    result.rows().forEach(rows::put);
    report.put("settleSeconds", result.settleSeconds());
    result.endedByThemselves().forEach(report.putArray("endedByThemselves")::add);
    ArrayNode recovered = report.putArray("recovered");
    for (Recovered one : result.recovered()) {
      ObjectNode node = recovered.addObject().put("from", one.from());
      put(node, "movedAgainSeconds", one.moved());
      put(node, "upToDateSeconds", one.upToDate());
    }
    return report;
  }

  private static void put(ObjectNode node, String name, double seconds) {
    if (!Double.isNaN(seconds)) {
      node.put(name, seconds);
    }
  }

  static void print(PrintWriter out, KillResult result) {
    KillResult.Sent sent = result.sent();
    out.printf(
        Locale.ROOT,
        "%d events, %.0f/s; %d could not be made in time; %d sent again, of which %d are in the log"
            + " twice; %d late%n",
        sent.events(),
        sent.rate(),
        sent.never(),
        sent.again(),
        sent.duplicates(),
        result.late());
    print(out, result, "rows of all views moved again", Recovered::moved);
    print(out, result, "all views and tables were up to date again", Recovered::upToDate);
    out.printf(
        Locale.ROOT,
        "everything was there %.1f s after the last event, %d views built anew; %d processes ended by"
            + " themselves%n",
        result.settleSeconds(),
        result.rebuilds(),
        result.endedByThemselves().size());
    result.endedByThemselves().forEach(ended -> out.println("  " + ended));
    if (!result.settled()) {
      out.println("WRONG: it did not come to rest");
    }
    result.wrong().forEach(wrong -> out.println("WRONG: " + wrong));
    if (result.right()) {
      out.println("right: every view's topic and table are what the log says, row by row");
    }
    out.flush();
  }

  private static void print(
      PrintWriter out, KillResult result, String what, ToDoubleFunction<Recovered> which) {
    double[] seconds =
        result.recovered().stream()
            .mapToDouble(which)
            .filter(s -> !Double.isNaN(s))
            .sorted()
            .toArray();
    if (seconds.length > 0) {
      out.printf(
          Locale.ROOT,
          "%s %.1f s after a fault (median of %d of %d; 90 %%: %.1f s, most: %.1f s)%n",
          what,
          seconds[seconds.length / 2],
          seconds.length,
          result.recovered().size(),
          seconds[seconds.length * 9 / 10],
          seconds[seconds.length - 1]);
    }
  }
}
