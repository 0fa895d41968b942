package dev.sluice.gateway.subscribe;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of the query door.
 *
 * @param maxJsonResult bytes of rows that a JSON answer may have, 1 KiB to 1 GiB: it is collected
 *     in memory
 * @param maxSet questions that are answered on one stream, 1 to 1,000
 */
@ConfigurationProperties("sluice.query")
record QueryProperties(
    @DefaultValue("16MB") DataSize maxJsonResult, @DefaultValue("64") int maxSet) {
  private static final DataSize LEAST = DataSize.ofKilobytes(1);
  private static final DataSize MOST = DataSize.ofGigabytes(1);

  QueryProperties {
    if (maxJsonResult.compareTo(LEAST) < 0 || maxJsonResult.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "sluice.query.max-json-result must be 1KB..1GB: was " + maxJsonResult);
    }
    if (maxSet < 1 || maxSet > 1_000) {
      throw new IllegalArgumentException("sluice.query.max-set must be 1..1000: was " + maxSet);
    }
  }
}
