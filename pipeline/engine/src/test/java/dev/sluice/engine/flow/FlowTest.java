package dev.sluice.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FlowTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Flow flow = new Flow(meters);

  @Test
  void bufferIsShownAndMeasuredUntilItIsTakenAway() {
    AtomicLong fill = new AtomicLong(3);
    Flow.Registration shown =
        flow.add(
            new Buffer(
                    new Label(Stage.TAIL, "tail", "buses"),
                    new Buffer.Room("batches", fill::get, 64),
                    "waits")
                .dropping("queries", () -> 7));
    System.gc(); // A gauge must not lose what it measures.

    assertThat(flow.buffers()).hasSize(1);
    assertThat(
            meters.get("sluice.buffer.fill").tags("buffer", "tail", "of", "buses").gauge().value())
        .isEqualTo(3);
    assertThat(meters.get("sluice.buffer.dropped").functionCounter().count()).isEqualTo(7);
    assertThat(meters.find("sluice.buffer.waited").functionCounter()).isNull();

    shown.close();
    assertThat(flow.buffers()).isEmpty();
    assertThat(meters.getMeters()).isEmpty();
  }

  @Test
  void hopIsShownAndMeasuredUntilItIsTakenAway() {
    Hop hop = new Hop(Stage.LOG, "append").state("pending", () -> 5);
    hop.counting("frames").add(2);
    Flow.Registration shown = flow.add(hop);

    assertThat(flow.hops()).containsExactly(hop);
    assertThat(
            meters
                .get("sluice.hop.frames")
                .tags("hop", "append", "of", "all")
                .functionCounter()
                .count())
        .isEqualTo(2);
    assertThat(meters.get("sluice.hop.pending").gauge().value()).isEqualTo(5);

    shown.close();
    assertThat(flow.hops()).isEmpty();
    assertThat(meters.getMeters()).isEmpty();
  }
}
