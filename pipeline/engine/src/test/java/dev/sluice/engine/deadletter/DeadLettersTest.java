package dev.sluice.engine.deadletter;

import static dev.sluice.engine.deadletter.LetterBed.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class DeadLettersTest {
  private static final LetterBed BED = new LetterBed();
  private static final Selection ALL = new Selection(LetterFilter.ALL, null);
  private static final LetterFilter SOME =
      new LetterFilter(
          Set.of("FIELD_MISSING"),
          LetterBed.BEGAN + 100,
          LetterBed.BEGAN + 900,
          letter -> "d1".equals(letter.origin().device()));

  @AfterAll
  static void closeBed() {
    BED.close();
  }

  private static <T> T now(Mono<T> asked) {
    return Objects.requireNonNull(asked.block(LIMIT));
  }

  private static List<Integer> matching() {
    return IntStream.range(100, 900).filter(n -> n % 5 == 1 && n % 3 != 0).boxed().toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000})
  void pagesHaveEveryLetterOnceInBothOrders(int limit) {
    CatalogStream stream = BED.declare("paged_" + limit);
    BED.reject(stream, 0, 1_000);
    DeadLetters letters = BED.open();
    List<Integer> newest = new ArrayList<>();
    List<Integer> oldest = new ArrayList<>();

    LetterPage page = now(letters.newest(stream, SOME, Long.MAX_VALUE, limit));
    for (newest.addAll(LetterBed.numbers(page));
        page.more();
        newest.addAll(LetterBed.numbers(page))) {
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
      page = now(letters.newest(stream, SOME, page.at(), limit));
    }
    page = now(letters.oldest(stream, SOME, -1, limit));
    for (oldest.addAll(LetterBed.numbers(page));
        page.more();
        oldest.addAll(LetterBed.numbers(page))) {
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
      page = now(letters.oldest(stream, SOME, page.at(), limit));
    }

    Collections.reverse(newest);
    assertThat(newest).isEqualTo(matching());
    assertThat(oldest).isEqualTo(matching());
  }

  @Test
  void aLetterSaysWhyAndWhence() {
    CatalogStream stream = BED.declare("said");
    BED.reject(stream, 4, 5);

    Entry.Letter only =
        (Entry.Letter)
            now(BED.open().newest(stream, LetterFilter.ALL, Long.MAX_VALUE, 10)).entries().get(0);

    assertThat(only.letter())
        .usingRecursiveComparison()
        .isEqualTo(
            new DeadLetter(
                0,
                LetterBed.BEGAN + 4,
                new DeadLetter.Reason("FIELD_MISSING", null, "because of 4"),
                new DeadLetter.Origin("http", "d4", null, null, null, null),
                new byte[] {'4'},
                "application/json",
                false));
  }

  @Test
  void whatIsReplayedIsAnEventOnceAndNoLetterAnyMore() {
    CatalogStream stream = BED.declare("replayed");
    BED.reject(stream, 0, 1_200);
    DeadLetters letters = BED.open();

    Replayed first = now(letters.replay(stream, ALL, letter -> LetterBed.again(stream, letter)));
    Replayed second = now(letters.replay(stream, ALL, letter -> LetterBed.again(stream, letter)));

    assertThat(first.replayed()).isEqualTo(1_080);
    assertThat(first.rejected()).isEqualTo(Map.of("FIELD_TYPE", 120L));
    assertThat(first.first()).hasSize(Replayed.MOST_TOLD);
    assertThat(first.first().get(1).reason().detail()).isEqualTo("still because of 10");
    assertThat(second.replayed()).isZero();
    assertThat(second.rejected()).isEqualTo(Map.of("FIELD_TYPE", 120L));
    assertThat(BED.events(stream))
        .isEqualTo(IntStream.range(0, 1_200).filter(n -> n % 10 != 0).boxed().toList());
    assertThat(now(letters.counts(stream)).codes())
        .isEqualTo(Map.of("FIELD_TYPE", 40L, "FIELD_MISSING", 80L));
    assertThat(now(BED.open().counts(stream)).codes())
        .isEqualTo(Map.of("FIELD_TYPE", 40L, "FIELD_MISSING", 80L));
  }

  @Test
  void whoeverReplaysWhenAnotherBeginsStopsAndHasDoneNothingTwice() throws Exception {
    CatalogStream stream = BED.declare("raced");
    BED.reject(stream, 0, 1_200);
    CountDownLatch midway = new CountDownLatch(1);
    CountDownLatch other = new CountDownLatch(1);
    Mono<Replayed> slow =
        BED.open()
            .replay(
                stream,
                ALL,
                letter -> {
                  if (LetterBed.number(letter) == 700) {
                    midway.countDown();
                    awaitIt(other);
                  }
                  return LetterBed.again(stream, letter);
                })
            .cache();
    var unused = slow.subscribe(replayed -> {}, failure -> {});
    awaitIt(midway);

    Replayed rest = now(BED.open().replay(stream, ALL, letter -> LetterBed.again(stream, letter)));
    other.countDown();
    ProblemException busy = catchThrowableOfType(ProblemException.class, () -> slow.block(LIMIT));

    assertThat(busy.problem().code()).isEqualTo(ProblemCode.DEAD_LETTERS_BUSY);
    assertThat(busy.problem().detail()).contains("450 were sent again");
    assertThat(rest.replayed()).isEqualTo(1_080 - 450);
    assertThat(BED.events(stream))
        .isEqualTo(IntStream.range(0, 1_200).filter(n -> n % 10 != 0).boxed().toList());
  }

  private static void awaitIt(CountDownLatch latch) {
    try {
      assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void namedLettersAndFilteredOnesAreTaken() {
    CatalogStream stream = BED.declare("chosen");
    BED.reject(stream, 0, 1_000);
    DeadLetters letters = BED.open();
    Selection named = new Selection(LetterFilter.ALL, new TreeSet<>(Set.of(3L, 5L, 800L, 5_000L)));

    Replayed replayed =
        now(letters.replay(stream, named, letter -> LetterBed.again(stream, letter)));
    long some = now(letters.delete(stream, new Selection(SOME, null)));
    long ofOneCode =
        now(
            letters.delete(
                stream,
                new Selection(
                    new LetterFilter(Set.of("FIELD_TYPE"), Long.MIN_VALUE, Long.MAX_VALUE, null),
                    null)));

    assertThat(replayed.replayed()).isEqualTo(2);
    assertThat(replayed.absent()).isEqualTo(1);
    assertThat(some).isEqualTo(matching().size());
    assertThat(ofOneCode).isEqualTo(333);
    assertThat(now(BED.open().counts(stream)).codes())
        .isEqualTo(Map.of("FIELD_MISSING", 1_000L - 334 - matching().size() - 1));
    assertThat(now(letters.delete(stream, ALL))).isEqualTo(665 - matching().size());
    assertThat(now(letters.newest(stream, LetterFilter.ALL, Long.MAX_VALUE, 10)).entries())
        .isEmpty();
    assertThat(BED.events(stream)).containsExactly(3, 5);
  }

  @Test
  void whoFollowsIsToldOfLettersAndOfWhatBecameOfThem() {
    CatalogStream stream = BED.declare("followed");
    BED.reject(stream, 0, 3);
    DeadLetters letters = BED.open();

    LetterPage old = now(letters.next(stream, LetterFilter.ALL, 0, 100));
    Mono<LetterPage> waiting = letters.next(stream, LetterFilter.ALL, old.at(), 100).cache();
    var unused = waiting.subscribe();
    BED.reject(stream, 3, 4);
    LetterPage came = now(waiting);
    assertThat(
            now(letters.delete(stream, new Selection(LetterFilter.ALL, new TreeSet<>(Set.of(1L))))))
        .isEqualTo(1);
    LetterPage gone = now(letters.next(stream, LetterFilter.ALL, came.at(), 100));
    LetterPage again = now(letters.next(stream, LetterFilter.ALL, -1, 100));

    assertThat(LetterBed.numbers(old)).containsExactly(1, 2);
    assertThat(LetterBed.numbers(came)).containsExactly(3);
    assertThat(gone.entries())
        .singleElement()
        .isEqualTo(
            new Mark(
                gone.entries().get(0).offset(), Mark.Why.DELETED, List.of(new Mark.Span(1, 1))));
    assertThat(LetterBed.numbers(again)).containsExactly(0, 2, 3);
  }

  @Test
  void theOldestGoWhenThereAreMoreThanAreKept() {
    CatalogStream stream = BED.declare("bounded");
    BED.reject(stream, 0, 2_500);
    DeadLetters letters = BED.open(new DeadLetterSettings(1_000, 1, 1, 10));

    assertThat(now(letters.counts(stream)).all()).isEqualTo(1_000);
    assertThat(LetterBed.numbers(now(letters.oldest(stream, LetterFilter.ALL, -1, 1))))
        .containsExactly(1_500);
    assertThat(now(BED.open().counts(stream)).all()).isEqualTo(1_000);
    assertThat(now(letters.next(stream, LetterFilter.ALL, 10, 10)).begin()).isEqualTo(1_500);
  }
}
