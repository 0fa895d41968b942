package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.views.PipelineSettings;
import dev.sluice.views.PipelineSettings.Servers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewsPropertiesTest {
  private static final String KAFKA = "127.0.0.1:9092";
  private static final String POSTGRES = "postgresql://sluice:secret@127.0.0.1:5432/sluice";

  @Test
  void whatIsNotSaidIsAtThePipelinesDefaults() {
    assertThat(ViewsProperties.read(KAFKA, POSTGRES, List.of()))
        .isEqualTo(PipelineSettings.of(Servers.of(KAFKA, POSTGRES)));
  }

  @Test
  void settingsFollowAsTheGatewaysDo() {
    PipelineSettings settings =
        ViewsProperties.read(
            KAFKA,
            POSTGRES,
            List.of(
                "--sluice.views.flush=50ms",
                "--sluice.views.max-bytes=1MB",
                "--sluice.kafka.replication-factor=3",
                "--sluice.postgres.connections=2",
                "--sluice.postgres.timeout=7s",
                "--sluice.dedupe.capacity=1000",
                "--sluice.views.partitions=6",
                "--sluice.query.max-list-values=7",
                "--sluice.query.max-windows=8",
                "--sluice.tables.max-rows=9",
                "--sluice.tables.max-bytes=64KB"));
    assertThat(settings.reading().flush()).isEqualTo(Duration.ofMillis(50));
    assertThat(settings.reading().maxBytes()).isEqualTo(1 << 20);
    assertThat(settings.reading().dedupeCapacity()).isEqualTo(1_000);
    assertThat(settings.servers().replicationFactor()).isEqualTo((short) 3);
    assertThat(settings.servers().postgres())
        .isEqualTo(new PipelineSettings.Postgres(POSTGRES, 2, Duration.ofSeconds(7)));
    assertThat(settings.views()).isEqualTo(new PipelineSettings.Planning(6, 7, 8));
    assertThat(settings.tables()).isEqualTo(new PipelineSettings.Tables(9, 64 << 10));
  }
}
