package dev.sluice.views.partials;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A member of a view's group in a process of its own, to be killed. */
final class MemberProcess {
  private MemberProcess() {}

  static Process start(String stream, int partitions, String sql) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-D" + SourceBed.KAFKA + "=" + SourceBed.kafka(),
            "-cp",
            ManagementFactory.getRuntimeMXBean().getClassPath(),
            MemberProcess.class.getName(),
            stream,
            Integer.toString(partitions),
            sql)
        .inheritIO()
        .start();
  }

  public static void main(String[] arguments) throws InterruptedException {
    SourceBed bed = new SourceBed(arguments[0], Integer.parseInt(arguments[1]));
    RunningStage running = bed.start(bed.stage(arguments[2], bed.source));
    new CountDownLatch(1).await();
    running.close();
  }
}
