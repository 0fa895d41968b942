package dev.sluice.benchmark;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Nchan's side: the rows are published as Sluice writes them, each as a message. */
final class NchanFanout implements FanoutBenchmark.Side {
  private final Nchan nchan;
  private final int together;
  private final int workers;

  NchanFanout(Nchan nchan, int together, int workers) {
    this.nchan = nchan;
    this.together = together;
    this.workers = workers;
  }

  @Override
  public String name() {
    return "Nchan, " + workers + (workers == 1 ? " worker" : " workers");
  }

  @Override
  public int port() {
    return nchan.port();
  }

  @Override
  public String target() {
    return Nchan.SUBSCRIBE;
  }

  @Override
  public void publish(long number) throws Exception {
    nchan.publish(together == 1 ? rows(number) : rows(number - 1));
  }

  private List<String> rows(long number) {
    Instant start = SluiceFanout.BEGIN.plusMillis(number * SluiceFanout.WINDOW_MS);
    String window =
        together == 1
            ? ""
            : "\"window_start\":\"%s\",\"window_end\":\"%s\","
                .formatted(start, start.plusMillis(SluiceFanout.WINDOW_MS));
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < together; row++) {
      rows.add(
          "{%s\"device\":\"%s\",\"seq\":%d,\"temperature\":21.5}"
              .formatted(window, Readings.deviceName(row), number));
    }
    return rows;
  }

  @Override
  public Map<String, Long> memory() throws Exception {
    return Map.of("resident", Memory.resident(nchan.process()));
  }

  @Override
  public void close() throws Exception {
    nchan.close();
  }
}
