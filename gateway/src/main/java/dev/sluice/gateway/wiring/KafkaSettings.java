package dev.sluice.gateway.wiring;

import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the log is.
 *
 * @param bootstrapServers one or more {@code host:port}; required
 */
@ConfigurationProperties("sluice.kafka")
public record KafkaSettings(List<String> bootstrapServers) {
  private static final Pattern HOST_AND_PORT = Pattern.compile("[^\\s,]+:[0-9]{1,5}");

  public KafkaSettings {
    bootstrapServers = bootstrapServers == null ? List.of() : List.copyOf(bootstrapServers);
    boolean good =
        !bootstrapServers.isEmpty()
            && bootstrapServers.stream()
                .allMatch(server -> HOST_AND_PORT.matcher(server).matches());
    if (!good) {
      throw new IllegalArgumentException(
          "sluice.kafka.bootstrap-servers must be host:port, or several with commas between: was "
              + String.join(",", bootstrapServers));
    }
  }

  /** As Kafka's own setting takes it. */
  public String joined() {
    return String.join(",", bootstrapServers);
  }
}
