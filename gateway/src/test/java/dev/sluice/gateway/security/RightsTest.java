package dev.sluice.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RightsTest {
  @ParameterizedTest
  @CsvSource({
    "readings, readings, true",
    "readings, readings2, false",
    "readings, reading, false",
    "*, anything, true",
    "plant1.*, plant1.readings, true",
    "plant1.*, plant1, false",
    "plant1.*, plant12.readings, false",
    "*.readings, plant1.readings, true",
    "*.readings, plant1.readings.raw, false",
    "p*t1.*.raw, plant1.a.raw, true",
    "p*t1.*.raw, plant1.a.rawer, false",
    "a*b*c, abbbc, true",
    "a**c, ac, true",
    "a.c, abc, false",
    "*, sluice.audit, false",
    "s*, sluice.audit, false",
    "sluice.*, sluice.audit, true",
    "sluice.audit, sluice.audit, true"
  })
  void aStarIsAnyText(String pattern, String name, boolean may) {
    assertThat(new Rights(Set.of("query:" + pattern)).mayQuery(name)).isEqualTo(may);
    assertThat(new Rights(Set.of("ingest:" + pattern)).mayIngest(name)).isEqualTo(may);
  }

  @Test
  void noRightContainsAnother() {
    Rights admin = new Rights(Set.of("admin"));
    Rights ingest = new Rights(Set.of("ingest:*"));
    Rights query = new Rights(Set.of("query:*"));

    assertThat(admin.mayIngest("a") || admin.mayQuery("a")).isFalse();
    assertThat(ingest.isAdmin() || ingest.mayQuery("a")).isFalse();
    assertThat(query.isAdmin() || query.mayIngest("a")).isFalse();
  }

  @Test
  void whatIsNoRightGivesNone() {
    Rights odd =
        new Rights(Set.of("openid", "ADMIN", "admin:*", "query", "query:", "*", "Query:*"));

    assertThat(odd.isAdmin() || odd.mayQuery("a") || odd.mayIngest("a")).isFalse();
  }
}
