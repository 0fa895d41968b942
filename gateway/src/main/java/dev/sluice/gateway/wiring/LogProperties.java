package dev.sluice.gateway.wiring;

import dev.sluice.engine.log.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where the log is. What is not said here is at {@link KafkaSettings}.
 *
 * @param bootstrapServers one or more {@code host:port}; required
 */
@ConfigurationProperties("sluice.kafka")
record LogProperties(
    @Nullable List<String> bootstrapServers,
    @DefaultValue("-1") short replicationFactor,
    @DefaultValue("128MB") DataSize producerMemory,
    @DefaultValue("8192") int appendQueue,
    @DefaultValue("2m") Duration deliveryTimeout) {

  private static final Pattern HOST_AND_PORT = Pattern.compile("[^\\s,]+:[0-9]{1,5}");

  LogProperties {
    List<String> servers = bootstrapServers == null ? List.of() : List.copyOf(bootstrapServers);
    boolean good =
        !servers.isEmpty()
            && servers.stream().allMatch(server -> HOST_AND_PORT.matcher(server).matches());
    if (!good) {
      throw new IllegalArgumentException(
          "sluice.kafka.bootstrap-servers must be host:port, or several with commas between: was "
              + (servers.isEmpty() ? "not set" : String.join(",", servers)));
    }
    bootstrapServers = servers;
  }

  KafkaSettings toSettings(DedupeProperties dedupe, DeadLetterRetentionProperties deadLetters) {
    return new KafkaSettings(
        String.join(",", bootstrapServers == null ? List.of() : bootstrapServers),
        replicationFactor,
        producerMemory.toBytes(),
        appendQueue,
        deliveryTimeout,
        dedupe.capacity(),
        deadLetters.toRetention());
  }
}
