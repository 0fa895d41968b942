package dev.sluice.gateway.wiring;

import dev.sluice.engine.log.kafka.DeadLetterRetention;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/** How long dead letters are kept: see {@link DeadLetterRetention}. */
@ConfigurationProperties("sluice.dead-letters")
record DeadLetterRetentionProperties(
    @DefaultValue("7d") Duration retention, @DefaultValue("1GB") DataSize retentionBytes) {
  DeadLetterRetention toRetention() {
    return new DeadLetterRetention(retention, retentionBytes.toBytes());
  }
}
