package dev.sluice.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordingTest {
  private static final List<Recording> DAYS = Recording.all();
  private static final long TEN_MINUTES = 600_000;

  @Test
  void holdsEveryReportOfTheWindowsInTheOrderOfTime() {
    assertThat(DAYS)
        .extracting(day -> day.reports().size())
        .containsExactly(30_864, 29_958, 22_525);
    for (Recording day : DAYS) {
      assertThat(day.reports()).isSortedAccordingTo(Comparator.comparingLong(Report::recorded));
      long begin = day.begin().toEpochMilli();
      assertThat(day.reports().get(0).recorded()).isGreaterThanOrEqualTo(begin);
      assertThat(day.reports().get(day.reports().size() - 1).recorded())
          .isLessThan(begin + day.length().toMillis());
    }
  }

  @Test
  void keepsABussDaysApart() {
    Set<String> buses = new HashSet<>(Recording.busesInOrder(DAYS));
    assertThat(buses).hasSize(147 + 192 + 177);
  }

  @Test
  void hasAbout430BusesOnTheRoadAtOnce() {
    double onTheRoad = 0;
    for (Recording day : DAYS) {
      Set<String> seen = new HashSet<>();
      day.reports()
          .forEach(report -> seen.add(report.bus() + "@" + report.recorded() / TEN_MINUTES));
      onTheRoad += seen.size() / ((double) day.length().toMillis() / TEN_MINUTES);
    }
    assertThat(onTheRoad).isBetween(420.0, 445.0);
  }

  @Test
  void makesAtLeastAHundredEventsASecondAtTheDefaultSpeed() {
    double perSecond = 0;
    for (Recording day : DAYS) {
      perSecond += day.reports().size() / (double) day.length().toSeconds();
    }
    assertThat(perSecond * FleetOptions.DEFAULT_SPEED).isGreaterThan(120);
  }

  @Test
  void leavesWhatIsMessyAsItIs() {
    List<Report> all = DAYS.stream().flatMap(day -> day.reports().stream()).toList();
    assertThat(all).extracting(Report::speed).contains(80.91424);
    assertThat(all.stream().filter(report -> report.headsign() == null)).hasSize(57);
    assertThat(all).allMatch(report -> report.route() != null && report.trip() != null);
  }
}
