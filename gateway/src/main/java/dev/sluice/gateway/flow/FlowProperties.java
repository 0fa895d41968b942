package dev.sluice.gateway.flow;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bounds of looking.
 *
 * @param maxLookers who may look at a time; 1 to 10,000
 */
@ConfigurationProperties("sluice.flow")
record FlowProperties(@DefaultValue("64") int maxLookers) {
  FlowProperties {
    if (maxLookers < 1 || maxLookers > 10_000) {
      throw new IllegalArgumentException(
          "sluice.flow.max-lookers must be 1..10000: was " + maxLookers);
    }
  }
}
