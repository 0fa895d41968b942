package dev.sluice.engine.deadletter;

import dev.sluice.engine.deadletter.Mark.Span;
import dev.sluice.engine.deadletter.Mark.Why;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.ExclusiveAppender;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.TopicRecords;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Takes letters away: by sending them again, or for good.
 *
 * <p>Exactly once, because of three things. The mark that a letter is gone is in the transaction of
 * its event, so there are both or neither. Whoever opens the topic's only appender ends what any
 * other had begun, at any gateway, and none of those can append any more. And it reads every mark
 * there is, after that and before it takes a letter.
 */
final class Removal {
  private static final int BATCH = 500;
  private static final int BATCH_BYTES = 1 << 20;
  private static final int SPANS_IN_MARK = 10_000;
  private static final int WORTH_CUTTING = 1_000;

  private final EventLog log;
  private final KnownLetters known;
  private final TopicRecords records;
  private final Clock clock;

  Removal(EventLog log, KnownLetters known, TopicRecords records, Clock clock) {
    this.log = log;
    this.known = known;
    this.records = records;
    this.clock = clock;
  }

  /**
   * Sends letters again, a few hundred in a transaction.
   *
   * @param door the one way in
   */
  Replayed replay(Selection selection, Function<DeadLetter, Resend> door) {
    Replayed.Tally tally = new Replayed.Tally();
    long unused =
        remove(
            selection,
            (only, letters) -> {
              List<LogRecord> events = new ArrayList<>();
              List<Span> taken = new ArrayList<>();
              for (DeadLetter letter : letters) {
                Resend resend = door.apply(letter);
                if (resend.reason() != null) {
                  tally.rejected(letter.offset(), resend.reason());
                } else if (resend.event() != null) {
                  events.add(resend.event());
                  taken.add(new Span(letter.offset(), letter.offset()));
                }
              }
              append(only, events, Why.REPLAYED, taken, tally.replayed() + " were sent again");
              tally.replayed(taken.size());
              return taken.size();
            });
    return tally.total(selection);
  }

  /** Takes letters away for good; how many there were. */
  long delete(Selection selection) {
    return remove(
        selection,
        (only, letters) -> {
          List<Span> all =
              letters.stream().map(letter -> new Span(letter.offset(), letter.offset())).toList();
          return append(only, List.of(), Why.DELETED, all, "some of them may be deleted");
        });
  }

  /** Does something to letters, in the order in which they came. */
  private interface Step {
    /** How many are gone then. */
    long take(ExclusiveAppender only, List<DeadLetter> letters);
  }

  private long remove(Selection selection, Step step) {
    try (ExclusiveAppender only = log.openExclusive("sluice.dead-letters." + known.topic())) {
      known.look(records);
      known.readTo(records, records.written(known.topic()));
      long end = known.index().next();
      LetterPages pages = new LetterPages(known, records, BATCH_BYTES);
      long gone = 0;
      long at = -1;
      for (boolean more = true; more; ) {
        LetterPage page = pages.oldest(selection.filter(), at, end, BATCH, selection.offsets());
        List<DeadLetter> letters = letters(page);
        if (!letters.isEmpty()) {
          gone += step.take(only, letters);
        }
        at = page.at();
        more = page.more();
      }
      known.tidy(records, WORTH_CUTTING);
      return gone;
    }
  }

  /** Deletes all that have one of the codes, of which nothing must be read. */
  long deleteByIndex(LetterFilter filter) {
    try (ExclusiveAppender only = log.openExclusive("sluice.dead-letters." + known.topic())) {
      known.look(records);
      known.readTo(records, records.written(known.topic()));
      List<Span> spans =
          new LetterPages(known, records, BATCH_BYTES).spans(filter.codes(), known.index().next());
      long gone = append(only, List.of(), Why.DELETED, spans, "some of them may be deleted");
      known.tidy(records, WORTH_CUTTING);
      return gone;
    }
  }

  private static List<DeadLetter> letters(LetterPage page) {
    List<DeadLetter> letters = new ArrayList<>();
    for (Entry entry : page.entries()) {
      if (entry instanceof Entry.Letter one) {
        letters.add(one.letter());
      }
    }
    return letters;
  }

  private long append(
      ExclusiveAppender only, List<LogRecord> events, Why why, List<Span> spans, String before) {
    if (spans.isEmpty()) {
      return 0;
    }
    List<LogRecord> all = new ArrayList<>(events);
    for (int i = 0; i < spans.size(); i += SPANS_IN_MARK) {
      List<Span> some = spans.subList(i, Math.min(spans.size(), i + SPANS_IN_MARK));
      all.add(Mark.record(known.topic(), why, some, clock.millis()));
    }
    if (!only.append(all)) {
      throw Problem.of(
              ProblemCode.DEAD_LETTERS_BUSY,
              "another replay or deletion of these dead letters began at another gateway, and this"
                  + " one ended for it: "
                  + before
                  + "; ask again for the rest, nothing is done twice")
          .toException();
    }
    return spans.stream().mapToLong(span -> known.index().gone(span.first(), span.last())).sum();
  }
}
