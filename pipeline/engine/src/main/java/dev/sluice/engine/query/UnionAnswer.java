package dev.sluice.engine.query;

import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.AtEnd;
import dev.sluice.engine.resume.TokenCodec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's answer to a UNION ALL, as its parts' events come: after each event the token
 * says where it is in every part. One thread at a time.
 *
 * <p>A LIMIT is of all rows together, and each part has it as its own: what a part's token says is
 * left is the LIMIT less the rows that were that part's, so that all tokens together say what is
 * left of all.
 */
final class UnionAnswer {
  private final List<Prepared> parts;
  private final TokenCodec codec;
  private final List<Tokens> writers;
  private final List<@Nullable String> tokens = new ArrayList<>();
  private final List<@Nullable Standing> standings;
  private final long[] had;
  private final BitSet ended = new BitSet();

  /** Those that have said how far they are since the subscriber was told. */
  private final BitSet news = new BitSet();

  private long left;

  UnionAnswer(List<Prepared> parts, TokenCodec codec) {
    this.parts = parts;
    this.codec = codec;
    this.writers = parts.stream().map(part -> new Tokens(codec, part.question())).toList();
    this.standings = new ArrayList<>(Collections.nCopies(parts.size(), null));
    this.had = new long[parts.size()];
    Long limit = parts.get(0).plan().limit();
    this.left = limit == null ? Tokens.NO_LIMIT : limit;
    for (int p = 0; p < parts.size(); p++) {
      Prepared part = parts.get(p);
      if (limit != null) {
        had[p] = limit - part.left();
        left -= had[p];
      }
      ended.set(p, part.finished());
      Place place = part.had();
      tokens.add(place == null ? null : writers.get(p).at(place, part.left()));
    }
  }

  /** Whether nothing is to come. */
  boolean isOver() {
    return left <= 0 || ended.cardinality() == parts.size();
  }

  /** What the subscriber is told of what a part says. */
  List<QueryEvent> take(int part, Told event) {
    return switch (event.kind()) {
      case ROW -> rows(part, event);
      case UPDATE -> List.of(passed(part, event));
      case GAP -> {
        tokens.set(part, event.token());
        yield List.of(((Notice) event).at(token()));
      }
      case WATERMARK -> watermark(part, (Notice) event);
      case END -> end(part, (Notice) event);
      case ERROR -> List.of(error(part, (Notice) event));
    };
  }

  private List<QueryEvent> rows(int part, Told event) {
    Told taken = event.first((int) Math.min(event.rows(), left));
    had[part] += taken.rows();
    left -= left == Tokens.NO_LIMIT ? 0 : taken.rows();
    QueryEvent told = passed(part, taken);
    return left > 0 ? List.of(told) : List.of(told, ending("limit"));
  }

  /** Rows that bear the places of the other parts too. */
  private QueryEvent passed(int part, Told rows) {
    tokens.set(part, rows.token());
    StringBuilder before = new StringBuilder();
    StringBuilder after = new StringBuilder();
    for (int p = 0; p < parts.size(); p++) {
      if (p < part) {
        before.append(known(p)).append(UnionTokens.DOT);
      } else if (p > part) {
        after.append(UnionTokens.DOT).append(known(p));
      }
    }
    return new UnionRows(rows, before.toString(), after.toString());
  }

  private String known(int part) {
    return Objects.requireNonNull(tokens.get(part), "a part says where it begins before its rows");
  }

  /** Where the subscriber is; null while a part has not said where it begins. */
  private @Nullable String token() {
    return tokens.stream().anyMatch(Objects::isNull)
        ? null
        : String.join(String.valueOf(UnionTokens.DOT), tokens);
  }

  /** Told when all have said something new, or one has twice: once a second, as of one query. */
  private List<QueryEvent> watermark(int part, Notice notice) {
    tokens.set(part, notice.token());
    standings.set(part, notice.standing());
    boolean again = news.get(part);
    news.set(part);
    boolean all = news.cardinality() + ended.cardinality() == parts.size();
    if (!again && !all) {
      return List.of();
    }
    news.clear();
    news.set(part, again && !all);
    String token = token();
    return token == null ? List.of() : List.of(Notice.watermark(standing()).at(token));
  }

  /** What has ended before this answer began holds nothing back. */
  private Standing standing() {
    return Standing.of(
        IntStream.range(0, parts.size())
            .filter(p -> standings.get(p) != null || !ended.get(p))
            .mapToObj(this::standing)
            .toList());
  }

  private Standing standing(int part) {
    Standing told = standings.get(part);
    return told == null ? Standing.UNKNOWN : told;
  }

  private List<QueryEvent> end(int part, Notice notice) {
    standings.set(part, notice.standing());
    ended.set(part);
    tokens.set(part, atEnd(part));
    return ended.cardinality() < parts.size() ? List.of() : List.of(ending("to"));
  }

  private Notice ending(String reason) {
    List<Notice.Part> all =
        IntStream.range(0, parts.size())
            .mapToObj(p -> new Notice.Part(parts.get(p).stream().definition().name(), standing(p)))
            .toList();
    endAll();
    return Notice.end(reason, standing(), all).at(token());
  }

  private void endAll() {
    for (int p = 0; p < parts.size(); p++) {
      tokens.set(p, atEnd(p));
    }
  }

  private String atEnd(int part) {
    Long limit = parts.get(part).plan().limit();
    return writers.get(part).at(new AtEnd(), limit == null ? Tokens.NO_LIMIT : limit - had[part]);
  }

  /** One that is ended for good ends all: half an answer would look like a whole one. */
  private Notice error(int part, Notice notice) {
    String token = notice.token();
    if (token == null) {
      return notice;
    }
    tokens.set(part, token);
    if (codec.read(token).isFinished()) {
      endAll();
    }
    return notice.at(token());
  }
}
