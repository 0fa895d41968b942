package dev.sluice.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Row;
import dev.sluice.client.SluiceQuery;
import dev.sluice.client.SluiceQueryBuilder;
import dev.sluice.embedded.TestProcess;
import dev.sluice.gateway.RunningGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device's process that is killed at random while it sends, with its buffer on a disk.
 *
 * <p>How much: {@code -Dsluice.device.events=100000 -Dsluice.device.kills=100} is the long form.
 */
class KilledDeviceTest {
  private static final int EVENTS = Integer.getInteger("sluice.device.events", 20_000);
  private static final int KILLS = Integer.getInteger("sluice.device.kills", 3);
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final String STREAM = "killed_devices";

  @TempDir private Path directory;

  @Test
  void eachEventIsInTheLogAndCountsOnce() throws IOException, InterruptedException {
    RunningGateway gateway = RunningGateway.shared();
    gateway.declare(
        STREAM,
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "n", "type": "LONG"},
                    {"name": "ts", "type": "TIMESTAMP"}],
         "key": "device", "id": "n", "time": "ts", "historical": true, "partitions": 3}
        """);
    long seed = System.nanoTime();
    Random random = new Random(seed);

    List<Integer> kills = random.ints(KILLS, 0, EVENTS).sorted().boxed().toList();
    for (int kill : kills) {
      Process device = start(gateway);
      readUntil(device, line -> taken(line) >= kill || line.equals(NumberingDevice.ALL_ACKED));
      device.destroyForcibly();
      assertThat(device.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    Process last = start(gateway);
    assertThat(readUntil(last, line -> line.equals(NumberingDevice.ALL_ACKED)))
        .as("seed %d: the last one saw all acked", seed)
        .isTrue();
    assertThat(last.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();

    BitSet inTheLog = new BitSet(EVENTS);
    ask(gateway, "SELECT n FROM " + STREAM)
        .forEach(
            row -> {
              int n = row.number("n").intValue();
              assertThat(inTheLog.get(n)).as("seed %d: %d came twice", seed, n).isFalse();
              inTheLog.set(n);
            });
    assertThat(inTheLog.nextClearBit(0))
        .as("seed %d: the first that is missing", seed)
        .isEqualTo(EVENTS);
    List<Row> counted =
        ask(
            gateway,
            "SELECT MOD(n, 10) AS g, COUNT(*) AS c FROM " + STREAM + " GROUP BY MOD(n, 10)");
    assertThat(counted).hasSize(10).allMatch(row -> row.number("c").intValue() == EVENTS / 10);
  }

  private static List<Row> ask(RunningGateway gateway, String sql) {
    List<Row> rows =
        SluiceQuery.builder("127.0.0.1", gateway.rsocketPort(), sql)
            .from("earliest")
            .to("now")
            .overflow(SluiceQueryBuilder.Overflow.BUFFER)
            .build()
            .rows()
            .collectList()
            .block(BOUND);
    return rows == null ? List.of() : rows;
  }

  private Process start(RunningGateway gateway) throws IOException {
    return TestProcess.of(
            List.of("-Xmx64m"),
            NumberingDevice.class,
            String.valueOf(gateway.rsocketPort()),
            STREAM,
            directory.toString(),
            String.valueOf(EVENTS))
        .start();
  }

  private static boolean readUntil(Process device, Predicate<String> enough) throws IOException {
    BufferedReader said = device.inputReader();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (enough.test(line)) {
        return true;
      }
    }
    return false;
  }

  private static long taken(String line) {
    return line.startsWith(NumberingDevice.TAKEN)
        ? Long.parseLong(line.substring(NumberingDevice.TAKEN.length()))
        : -1;
  }
}
