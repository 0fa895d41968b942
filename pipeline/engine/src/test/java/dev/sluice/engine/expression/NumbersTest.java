package dev.sluice.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  /** The right side is what PostgreSQL 18 prints. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-1.5, -1.5",
    "0.1, 0.1",
    "100000, 100000",
    "123456789012345, 123456789012345",
    "1e15, 1e+15",
    "1234567890123456, 1.234567890123456e+15",
    "1e20, 1e+20",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "1.5e-7, 1.5e-07",
    "1e100, 1e+100",
    "-1e-300, -1e-300",
    "4.9E-324, 5e-324",
    "2.2250738585072014E-308, 2.2250738585072014e-308",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "0.3333333333333333, 0.3333333333333333",
    "2e-3, 0.002",
    "8.41e21, 8.41e+21",
    "2e23, 2e+23",
    "9007199254740993, 9.007199254740992e+15"
  })
  void doublesAreWrittenAsPostgresWritesThem(double value, String text) {
    assertThat(Numbers.text(value)).isEqualTo(text);
    assertThat(Double.parseDouble(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "2.5, 0, 3",
    "-2.5, 0, -3",
    "1.005, 2, 1.01",
    "1.25, 1, 1.3",
    "1234.5, -2, 1200",
    "1250, -2, 1300",
    "0.1, 400, 0.1",
    "0.1, -400, 0"
  })
  void roundingToDigitsTakesAHalfAwayFromZeroOnTheDecimal(
      double value, long digits, double rounded) {
    assertThat(Numbers.round(value, digits)).isEqualTo(rounded);
  }
}
