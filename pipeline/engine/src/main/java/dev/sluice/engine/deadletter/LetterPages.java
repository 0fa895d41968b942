package dev.sluice.engine.deadletter;

import dev.sluice.engine.log.TopicRecords;
import dev.sluice.engine.log.TopicRecords.Read;
import dev.sluice.engine.log.TopicRecords.Stored;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages of one topic. A page ends when it has enough letters or bytes, or when so much was
 * read for it that the next request had better go on.
 */
final class LetterPages {
  /** Offsets that are read at once, going back. */
  private static final int BLOCK = 256;

  /** Offsets that are read for one page. */
  private static final int MOST_READ = 20_000;

  private final KnownLetters known;
  private final LetterIndex index;
  private final TopicRecords records;
  private final int mostBytes;

  /**
   * @param mostBytes of letters on one page, unless one alone has more
   */
  LetterPages(KnownLetters known, TopicRecords records, int mostBytes) {
    this.mostBytes = mostBytes;
    this.known = known;
    this.index = known.index();
    this.records = records;
  }

  /**
   * The newest letters first.
   *
   * @param before offset
   */
  LetterPage newest(LetterFilter filter, long before, int limit) {
    long floor = first(filter);
    List<Entry> found = new ArrayList<>();
    int bytes = 0;
    long read = 0;
    long at = Math.min(before, index.next());
    while (true) {
      long last = index.lastBefore(at, filter.codes());
      if (last < floor) {
        return new LetterPage(found, floor, false, index.begin());
      }
      if (found.size() == limit || read >= MOST_READ) {
        return new LetterPage(found, at, true, index.begin());
      }
      long first = Math.max(floor, last - BLOCK + 1);
      Block block = block(first, last + 1, filter, limit - found.size(), mostBytes - bytes);
      if (block.letters.isEmpty() && block.full) {
        return new LetterPage(found, at, true, index.begin());
      }
      while (!block.letters.isEmpty()) {
        found.add(new Entry.Letter(block.letters.removeLast()));
      }
      bytes += block.bytes;
      read += last + 1 - first;
      at = block.full ? found.get(found.size() - 1).offset() : first;
      if (block.full) {
        return new LetterPage(found, at, true, index.begin());
      }
    }
  }

  /** The newest letters of a part of the topic, as many as there is room for. */
  private Block block(long from, long end, LetterFilter filter, int limit, int room) {
    Block block = new Block(room, room == mostBytes ? 1 : 0);
    for (long at = from; at < end; ) {
      Read read = records.read(known.topic(), at, end);
      for (Stored record : read.records()) {
        DeadLetter letter = there(record);
        if (letter != null && filter.has(letter)) {
          block.add(letter, limit);
        }
      }
      at = read.next();
    }
    return block;
  }

  private static final class Block {
    private final Deque<DeadLetter> letters = new ArrayDeque<>();
    private final int room;
    private final int least;
    private int bytes;
    private boolean full;

    /**
     * @param least letters that it takes, however large
     */
    Block(int room, int least) {
      this.room = room;
      this.least = least;
    }

    void add(DeadLetter letter, int limit) {
      letters.addLast(letter);
      bytes += letter.bytes();
      while (letters.size() > limit || (bytes > room && letters.size() > least)) {
        bytes -= letters.removeFirst().bytes();
        full = true;
      }
    }
  }

  /**
   * The oldest letters first.
   *
   * @param after offset
   * @param end offset behind the last that is looked at
   * @param only these offsets; null: all
   */
  LetterPage oldest(
      LetterFilter filter, long after, long end, int limit, @Nullable NavigableSet<Long> only) {
    Found found = new Found(limit, mostBytes);
    long at = Math.max(after + 1, first(filter));
    for (long read = 0; read < MOST_READ; ) {
      Long named = only == null ? Long.valueOf(at) : only.ceiling(at);
      long first = named == null ? end : index.firstFrom(named, filter.codes());
      if (first >= end) {
        return new LetterPage(found.entries, Math.max(after, end - 1), false, index.begin());
      }
      Read block = records.read(known.topic(), first, Math.min(end, first + BLOCK));
      for (Stored record : block.records()) {
        DeadLetter letter = there(record);
        if (letter != null
            && (only == null || only.contains(letter.offset()))
            && filter.has(letter)
            && found.isFullWith(new Entry.Letter(letter), letter.bytes())) {
          return found.page(index.begin());
        }
      }
      at = block.next();
      read += block.next() - first;
    }
    return new LetterPage(found.entries, at - 1, at < end, index.begin());
  }

  /** Everything that happened behind an offset, in its order. */
  LetterPage entries(LetterFilter filter, long after, int limit) {
    Found found = new Found(limit, mostBytes);
    long end = index.next();
    long at = Math.min(end, Math.max(after + 1, first(filter)));
    for (long from = at; at < end && at - from < MOST_READ && found.entries.isEmpty(); ) {
      Read block = records.read(known.topic(), at, Math.min(end, at + BLOCK));
      for (Stored record : block.records()) {
        Entry entry = entry(record, filter);
        if (entry != null && found.isFullWith(entry, bytes(record))) {
          return found.page(index.begin());
        }
      }
      at = block.next();
    }
    return new LetterPage(found.entries, Math.max(after, at - 1), at < end, index.begin());
  }

  private @Nullable Entry entry(Stored record, LetterFilter filter) {
    DeadLetter letter = there(record);
    if (letter == null) {
      return Mark.of(record);
    }
    return filter.has(letter) ? new Entry.Letter(letter) : null;
  }

  private static int bytes(Stored record) {
    return record.value() == null ? 0 : record.value().length;
  }

  /** The letter that a record is, if it is there still. */
  private @Nullable DeadLetter there(Stored record) {
    return index.has(record.offset()) ? DeadLetter.of(record) : null;
  }

  /** Everything before that offset is older than what is asked for. */
  private long first(LetterFilter filter) {
    long first =
        filter.from() == Long.MIN_VALUE ? 0 : records.offsetAt(known.topic(), filter.from());
    return Math.max(first, index.begin());
  }

  /** How many there are that only their code decides about, and nothing must be read for. */
  List<Mark.Span> spans(Set<String> codes, long end) {
    List<Mark.Span> spans = new ArrayList<>();
    long at = index.firstFrom(0, codes);
    while (at < end) {
      long last = at;
      long next = index.firstFrom(last + 1, codes);
      while (next < end && next == index.firstFrom(last + 1, Set.of())) {
        last = next;
        next = index.firstFrom(last + 1, codes);
      }
      spans.add(new Mark.Span(at, last));
      at = next;
    }
    return spans;
  }

  /** What a page has, until it is full. */
  private static final class Found {
    private final List<Entry> entries = new ArrayList<>();
    private final int limit;
    private final int mostBytes;
    private int bytes;

    Found(int limit, int mostBytes) {
      this.limit = limit;
      this.mostBytes = mostBytes;
    }

    /** Takes one more, unless it is too large for what is there already. */
    boolean isFullWith(Entry entry, int more) {
      if (!entries.isEmpty() && bytes + more > mostBytes) {
        return true;
      }
      entries.add(entry);
      bytes += more;
      return entries.size() == limit;
    }

    LetterPage page(long begin) {
      return new LetterPage(entries, entries.get(entries.size() - 1).offset(), true, begin);
    }
  }
}
