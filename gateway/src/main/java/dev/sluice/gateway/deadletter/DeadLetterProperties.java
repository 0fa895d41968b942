package dev.sluice.gateway.deadletter;

import dev.sluice.engine.deadletter.DeadLetterSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bounds of dead letters.
 *
 * @param most of a stream that are kept; beyond them the oldest go. 1,000 to 10,000,000
 * @param maxReaders who may follow, or read all of them, at a time; 1 to 10,000
 */
@ConfigurationProperties("sluice.dead-letters")
record DeadLetterProperties(
    @DefaultValue("1000000") long most, @DefaultValue("64") int maxReaders) {
  DeadLetterProperties {
    if (maxReaders < 1 || maxReaders > 10_000) {
      throw new IllegalArgumentException(
          "sluice.dead-letters.max-readers must be 1..10000: was " + maxReaders);
    }
  }

  DeadLetterSettings toSettings() {
    DeadLetterSettings defaults = DeadLetterSettings.DEFAULT;
    return new DeadLetterSettings(most, defaults.streams(), defaults.threads(), defaults.waiting());
  }
}
