package dev.sluice.views.partials;

import dev.sluice.embedded.TestProcess;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A member of a view's group in a process of its own, to be killed. */
final class MemberProcess {
  private MemberProcess() {}

  static Process start(String stream, int partitions, String sql) throws IOException {
    return TestProcess.of(
            List.of("-Xmx128m", "-D" + SourceBed.KAFKA + "=" + SourceBed.kafka()),
            MemberProcess.class,
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
