package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Pattern;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;

class LikePatternProperties {
  @Property
  void matchesWhatTheSameRegularExpressionMatches(
      @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 12) String text,
      @ForAll @CharRange(from = 'a', to = 'd') @StringLength(max = 6) String letters) {
    // Letters past b become the wildcards.
    String pattern = letters.replace('c', '_').replace('d', '%');
    String regex = letters.replace("c", ".").replace("d", ".*");
    assertThat(matches(text, pattern))
        .isEqualTo(Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches());
  }

  @Example
  void underscoreIsOneCharacterOfWhateverLength() {
    assertThat(matches("ä", "_")).isTrue();
    assertThat(matches("a😀c", "a_c")).isTrue();
    assertThat(matches("a😀c", "a__c")).isFalse();
    assertThat(matches("grüße", "%ß_")).isTrue();
  }

  @Example
  void escapeTakesTheMeaningAway() {
    assertThat(matches("10%", "10\\%")).isTrue();
    assertThat(matches("100", "10\\%")).isFalse();
    assertThat(matches("a\\b", "a\\\\b")).isTrue();
    assertThat(matches("", "%%")).isTrue();
    assertThat(matches("", "")).isTrue();
    assertThat(matches("", "_")).isFalse();
    assertThatThrownBy(() -> matches("a", "a\\")).hasMessageContaining("QUERY_INVALID");
  }

  private static boolean matches(String text, String pattern) {
    byte[] escape = {'\\'};
    return LikePattern.of(pattern.getBytes(UTF_8), escape).matches(text.getBytes(UTF_8));
  }
}
