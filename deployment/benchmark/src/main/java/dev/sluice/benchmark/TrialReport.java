package dev.sluice.benchmark;

import dev.sluice.benchmark.trial.KillResult;
import dev.sluice.benchmark.trial.KillResult.Moved;
import dev.sluice.benchmark.trial.KillSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What came of a trial with kills, as JSON and for people. */
final class TrialReport {
  private TrialReport() {}

  static void write(Path file, KillSettings settings, KillResult result) throws IOException {
    ObjectNode report = Report.head();
    ObjectNode said = report.putObject("settings");
    said.put("brokers", settings.brokers()).put("pipelines", settings.pipelines());
    said.put("rate", settings.load().rate()).put("devices", settings.load().devices());
    said.put("dedupe", settings.load().dedupe().toString()).put("seed", settings.load().seed());
    said.put("kills", settings.faults().kills());
    said.put("every", settings.faults().every().toString());
    said.put("down", settings.faults().down().toString());
    said.put("brokerRestarts", settings.faults().brokers());
    said.put("postgresRestarts", settings.faults().postgres());
    settings.pipelineSettings().forEach(said.putArray("pipelineSettings")::add);
    report.put("right", result.right()).put("settled", result.settled());
    result.wrong().forEach(report.putArray("wrong")::add);
    ObjectNode sent = report.putObject("sent");
    sent.put("events", result.sent().events()).put("perSecond", result.sent().rate());
    sent.put("again", result.sent().again()).put("inLog", result.sent().inLog());
    sent.put("duplicates", result.sent().duplicates()).put("late", result.late());
    ObjectNode rows = report.putObject("rows");
    result.rows().forEach(rows::put);
    report.put("settleSeconds", result.settleSeconds());
    report.put("endedByThemselves", result.endedByThemselves());
    ArrayNode moved = report.putArray("movedAgain");
    for (Moved one : result.moved()) {
      ObjectNode node = moved.addObject().put("after", one.after());
      if (!Double.isNaN(one.seconds())) {
        node.put("seconds", one.seconds());
      }
    }
    Report.write(file, report);
  }

  static void print(PrintWriter out, KillResult result) {
    KillResult.Sent sent = result.sent();
    out.printf(
        Locale.ROOT,
        "%d events, %.0f/s; %d sent again, of which %d are in the log twice; %d late%n",
        sent.events(),
        sent.rate(),
        sent.again(),
        sent.duplicates(),
        result.late());
    List<Double> moved =
        result.moved().stream().map(Moved::seconds).filter(s -> !s.isNaN()).sorted().toList();
    if (!moved.isEmpty()) {
      out.printf(
          Locale.ROOT,
          "rows of all views moved again %.1f s after a fault (median; 90 %%: %.1f s, most: %.1f s)%n",
          moved.get(moved.size() / 2),
          moved.get(moved.size() * 9 / 10),
          moved.get(moved.size() - 1));
    }
    out.printf(
        Locale.ROOT,
        "everything was there %.1f s after the last event; %d processes ended by themselves%n",
        result.settleSeconds(),
        result.endedByThemselves());
    if (!result.settled()) {
      out.println("WRONG: it did not come to rest");
    }
    result.wrong().forEach(wrong -> out.println("WRONG: " + wrong));
    if (result.right()) {
      out.println("right: every view's topic and table are what the log says, row by row");
    }
    out.flush();
  }
}
