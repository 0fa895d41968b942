package dev.sluice.engine.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.resume.Place.AtEnd;
import dev.sluice.engine.resume.Place.InLog;
import dev.sluice.engine.resume.Place.InSessions;
import dev.sluice.engine.resume.Place.InTotal;
import dev.sluice.engine.resume.Place.InWindow;
import dev.sluice.engine.resume.ResumeToken.Question;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class TokenCodecProperties {
  private static final long YEAR_2039 = Instant.parse("2039-01-01T00:00:00Z").toEpochMilli();
  private static final TokenCodec CODEC = new TokenCodec(key(1));

  private static byte[] key(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return key;
  }

  @Property(tries = 200)
  void whatIsWrittenIsRead(@ForAll("tokens") ResumeToken token) {
    String text = CODEC.write(token);

    assertThat(text).matches("[A-Za-z0-9_-]+");
    assertThat(CODEC.read(text)).isEqualTo(token);
    assertThat(new TokenCodec(key(1)).read(text)).isEqualTo(token);
    assertThat(CODEC.write(token)).isEqualTo(text);
  }

  @Property(tries = 200)
  void whatWasChangedIsRefused(
      @ForAll("tokens") ResumeToken token, @ForAll @IntRange(max = 1_000_000) int bit) {
    byte[] bytes = Base64.getUrlDecoder().decode(CODEC.write(token));
    int changed = bit % (8 * bytes.length);
    bytes[changed / 8] ^= (byte) (1 << changed % 8);

    refused(CODEC, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  @Property(tries = 200)
  void whatWasCutIsRefused(
      @ForAll("tokens") ResumeToken token, @ForAll @IntRange(max = 1_000_000) int length) {
    String text = CODEC.write(token);

    refused(CODEC, text.substring(0, length % text.length()));
  }

  @Property(tries = 200)
  void whatAnotherKeySignedIsRefused(@ForAll("tokens") ResumeToken token) {
    refused(new TokenCodec(key(2)), CODEC.write(token));
  }

  @Property(tries = 200)
  void whatIsNoTokenIsRefused(@ForAll String text) {
    refused(CODEC, text);
  }

  @Property(tries = 200)
  void aTokenOfAWindowHasAtMost64Characters(
      @ForAll("questions") Question question,
      @ForAll("times") long window,
      @ForAll @IntRange(max = 1_000_000) int rows,
      @ForAll("limits") long left) {
    String text = CODEC.write(new ResumeToken(question, new InWindow(window, rows), left));

    assertThat(text).hasSizeLessThanOrEqualTo(64);
  }

  @Property(tries = 200)
  void aTokenOf48PartitionsHasAtMost512Characters(
      @ForAll("questions") Question question,
      @ForAll("times") long from,
      @ForAll("times") long slowest,
      @ForAll Random random,
      @ForAll boolean total) {
    long[] offsets = random.longs(48, 0, 1L << 32).toArray();
    long[] watermarks = random.longs(48, slowest, slowest + 3_600_000).toArray();
    Offsets at = new Offsets(offsets, watermarks);
    Place place = total ? new InTotal(from, at, 1_000_000) : new InLog(from, at);

    String text = CODEC.write(new ResumeToken(question, place, 1_000_000));

    assertThat(text).hasSizeLessThanOrEqualTo(512);
  }

  @Property(tries = 2_000)
  void theEndsInATokenTakeAtMost10CharactersAnd6APartition(
      @ForAll("questions") Question question,
      @ForAll("times") long window,
      @ForAll Random random,
      @ForAll @IntRange(min = 4, max = 48) int partitions) {
    List<Long> ends = random.longs(partitions, 0, 1L << 32).boxed().toList();
    Question ending = new Question(1, question.generation(), question.to(), true, ends);

    String text = CODEC.write(new ResumeToken(ending, new InWindow(window, 1_000), 1_000_000));

    assertThat(text).hasSizeLessThanOrEqualTo(64 + 10 + 6 * partitions);
  }

  private static void refused(TokenCodec codec, String text) {
    assertThatThrownBy(() -> codec.read(text))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              Problem problem = e.problem();
              assertThat(problem.code()).isEqualTo(ProblemCode.RESUME_TOKEN_INVALID);
              assertThat(problem.field()).isEqualTo("after");
            });
  }

  @Provide
  Arbitrary<Long> times() {
    return Arbitraries.longs().between(0, YEAR_2039);
  }

  @Provide
  Arbitrary<Long> limits() {
    return Arbitraries.longs()
        .between(0, 1_000_000)
        .injectDuplicates(0.1)
        .edgeCases(edges -> edges.add(Long.MAX_VALUE));
  }

  @Provide
  Arbitrary<Question> questions() {
    return Combinators.combine(
            Arbitraries.longs().between(0, (1L << 48) - 1),
            Arbitraries.longs().between(0, 1_000_000),
            Arbitraries.oneOf(times(), Arbitraries.just(Long.MAX_VALUE)),
            Arbitraries.of(true, false))
        .as(Question::new);
  }

  private Arbitrary<Question> endings() {
    Arbitrary<Long> ends = Arbitraries.longs().between(0, Long.MAX_VALUE);
    return Combinators.combine(questions(), ends.list().ofMinSize(1).ofMaxSize(64))
        .as((q, offsets) -> new Question(q.plan(), q.generation(), q.to(), true, offsets));
  }

  @Provide
  Arbitrary<ResumeToken> tokens() {
    Arbitrary<Long> anyTime = Arbitraries.oneOf(times(), Arbitraries.just(Long.MIN_VALUE));
    Arbitrary<Long> number = Arbitraries.longs().between(0, Long.MAX_VALUE);
    Arbitrary<Offsets> cuts =
        Arbitraries.integers()
            .between(1, 64)
            .flatMap(
                partitions ->
                    Combinators.combine(
                            number.array(long[].class).ofSize(partitions),
                            Arbitraries.longs().array(long[].class).ofSize(partitions))
                        .as(Offsets::new));
    Arbitrary<Place> places =
        Arbitraries.oneOf(
            Combinators.combine(anyTime, number).as(InWindow::new),
            Combinators.combine(anyTime, anyTime, anyTime, number).as(InSessions::new),
            Combinators.combine(anyTime, cuts).as(InLog::new),
            Combinators.combine(anyTime, cuts, number).as(TokenCodecProperties::within),
            Combinators.combine(anyTime, cuts.injectNull(0.5), number).as(InTotal::new),
            Arbitraries.just(new AtEnd()));
    return Combinators.combine(
            Arbitraries.oneOf(questions(), endings()), places, Arbitraries.oneOf(number, limits()))
        .as(ResumeToken::new);
  }

  /** Between the rows of a record of the first partition. */
  private static InLog within(long time, Offsets cut, long had) {
    return new InLog(time, cut.with(0, cut.offsets()[0], cut.watermarks()[0], had));
  }
}
