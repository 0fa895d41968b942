package dev.sluice.gateway.subscribe;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of the query door.
 *
 * @param maxJsonResult bytes of rows that a JSON answer may have, 1 KiB to 1 GiB: it is collected
 *     in memory
 */
@ConfigurationProperties("sluice.query")
record QueryProperties(@DefaultValue("16MB") DataSize maxJsonResult) {
  private static final DataSize LEAST = DataSize.ofKilobytes(1);
  private static final DataSize MOST = DataSize.ofGigabytes(1);

  QueryProperties {
    if (maxJsonResult.compareTo(LEAST) < 0 || maxJsonResult.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "sluice.query.max-json-result must be 1KB..1GB: was " + maxJsonResult);
    }
  }
}
