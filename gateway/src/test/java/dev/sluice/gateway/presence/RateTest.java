package dev.sluice.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RateTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aSteadyRateIsItselfFromTheBeginningOn() {
    Rate rate = new Rate(0);
    for (int tenth = 1; tenth <= 600; tenth++) {
      rate.count(tenth * SECOND / 10, 5);
      if (tenth >= 20) {
        assertThat(rate.perSecond(tenth * SECOND / 10)).isCloseTo(50, within(2.5));
      }
    }
  }

  @Test
  void itFadesWhenNothingComes() {
    Rate rate = new Rate(0);
    rate.count(SECOND, 1_000);
    assertThat(rate.perSecond(SECOND)).isCloseTo(1_051, within(1.0));
    assertThat(rate.perSecond(60 * SECOND)).isLessThan(1);
  }
}
