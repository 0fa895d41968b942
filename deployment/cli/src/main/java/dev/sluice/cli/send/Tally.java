package dev.sluice.cli.send;

import dev.sluice.cli.file.Times;
import dev.sluice.cli.text.Terminal;
import dev.sluice.client.FrameAck;
import dev.sluice.client.Rejection;
import dev.sluice.client.SluiceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What became of what was sent. Safe for use by several threads. */
final class Tally {
  private static final int TOLD = 10;

  private final Map<Long, Batch> unacked = new HashMap<>();
  private final Map<String, Long> codes = new TreeMap<>();
  private final List<String> first = new ArrayList<>();
  private long frames;
  private long acked;
  private long rejected;
  private long greatest = Times.NONE;

  /** The next frame is about to be sent. */
  synchronized void sending(Batch batch) {
    unacked.put(frames++, batch);
  }

  synchronized void acked(FrameAck ack) {
    Batch batch = unacked.remove(ack.frame());
    if (batch == null) {
      return;
    }
    boolean[] refused = new boolean[batch.size()];
    SluiceException whole = ack.refused();
    if (whole != null) {
      for (int i = 0; i < refused.length; i++) {
        refuse(batch, refused, new Rejection(i, whole.code(), null, whole.detail()));
      }
    }
    ack.rejected().forEach(rejection -> refuse(batch, refused, rejection));
    for (int i = 0; i < refused.length; i++) {
      if (!refused[i]) {
        acked++;
        greatest = Math.max(greatest, batch.time(i));
      }
    }
  }

  private void refuse(Batch batch, boolean[] refused, Rejection rejection) {
    int index = Math.min(rejection.index(), refused.length - 1);
    refused[index] = true;
    rejected++;
    codes.merge(rejection.code(), 1L, Long::sum);
    if (first.size() < TOLD) {
      first.add(
          Terminal.harmless(
              "line %d: %s: %s"
                  .formatted(batch.line(index), rejection.code(), rejection.detail())));
    }
  }

  synchronized long acked() {
    return acked;
  }

  synchronized long rejected() {
    return rejected;
  }

  /** The first rejections, a line each. */
  synchronized List<String> firstRejections() {
    return List.copyOf(first);
  }

  /** The greatest event time of what is stored; {@code Times.NONE} if there is none. */
  synchronized long greatestTime() {
    return greatest;
  }

  /** Such as {@code 990 acked, 10 rejected (FIELD_MISSING 1, FIELD_TYPE 9)}. */
  @Override
  public synchronized String toString() {
    String reasons =
        codes.entrySet().stream()
            .map(code -> code.getKey() + " " + code.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
    return "%,d acked, %,d rejected%s".formatted(acked, rejected, rejected == 0 ? "" : reasons);
  }
}
