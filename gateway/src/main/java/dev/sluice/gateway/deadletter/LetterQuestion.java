package dev.sluice.gateway.deadletter;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.deadletter.DeadLetter;
import dev.sluice.engine.deadletter.LetterFilter;
import dev.sluice.engine.deadletter.Selection;
import dev.sluice.engine.query.TimeBound;
import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * What is asked about a stream's dead letters. Strict: what is unknown is refused, so that nobody
 * deletes more than they meant.
 *
 * @param ids where letters are named; null: all that the filter has
 * @param after where to go on behind; null: at the beginning of the order
 * @param limit of letters; null: not said
 * @param sinceWhen whether a time is said from which on
 */
record LetterQuestion(
    LetterFilter filter,
    @Nullable List<String> ids,
    boolean newestFirst,
    @Nullable String after,
    @Nullable Integer limit,
    boolean sinceWhen) {
  private static final List<String> FILTER = List.of("code", "device", "from", "to");
  private static final List<String> BROWSING = List.of("order", "after", "limit");
  private static final int MOST_CODES = 64;
  private static final int MOST_LIMIT = 1_000;
  private static final int MOST_IDS = 2_000;

  /** Of a request that looks. */
  static LetterQuestion ofLooking(
      MultiValueMap<String, String> parameters, CatalogStream stream, Instant now) {
    requireKnown(parameters, BROWSING);
    String order = one(parameters, "order");
    if (order != null && !order.equals("newest") && !order.equals("oldest")) {
      throw invalid("order", "order must be newest or oldest: was \"" + order + "\"");
    }
    return new LetterQuestion(
        filter(parameters, stream, now),
        null,
        !"oldest".equals(order),
        one(parameters, "after"),
        limit(one(parameters, "limit")),
        parameters.containsKey("from"));
  }

  /** Of a request that takes letters away. */
  static LetterQuestion ofTaking(
      MultiValueMap<String, String> parameters, CatalogStream stream, Instant now) {
    requireKnown(parameters, List.of("id"));
    return new LetterQuestion(
        filter(parameters, stream, now),
        split(parameters, "id", MOST_IDS),
        false,
        null,
        null,
        false);
  }

  /** Those that are meant. */
  Selection selection(LetterIds names) {
    if (ids == null) {
      return new Selection(filter, null);
    }
    NavigableSet<Long> offsets = new TreeSet<>();
    for (String id : ids) {
      Long offset = names.offset(id, ProblemCode.QUERY_PARAMETER, "id");
      if (offset == null) {
        throw expired(id);
      }
      offsets.add(offset);
    }
    return new Selection(filter, offsets);
  }

  static RuntimeException expired(String id) {
    return Problem.of(
            ProblemCode.POSITION_EXPIRED,
            id + " went with its stream, which was deleted and declared anew: begin without it")
        .toException();
  }

  private static LetterFilter filter(
      MultiValueMap<String, String> parameters, CatalogStream stream, Instant now) {
    List<String> codes = split(parameters, "code", MOST_CODES);
    String from = one(parameters, "from");
    String to = one(parameters, "to");
    return new LetterFilter(
        codes == null ? Set.of() : new HashSet<>(codes),
        from == null || from.equals("earliest")
            ? Long.MIN_VALUE
            : TimeBound.instant("from", from, now),
        to == null ? Long.MAX_VALUE : TimeBound.instant("to", to, now),
        device(one(parameters, "device"), stream.definition()));
  }

  /** A device is what the letter's key says, or else its connection. */
  private static @Nullable Predicate<DeadLetter> device(
      @Nullable String device, StreamDefinition stream) {
    return device == null
        ? null
        : letter ->
            device.equals(letter.origin().device())
                || device.equals(KeyOfLetter.of(letter, stream));
  }

  private static @Nullable Integer limit(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw invalid("limit", "limit must be 1..1000 letters: was \"" + text + "\"");
  }

  private static void requireKnown(MultiValueMap<String, String> parameters, List<String> more) {
    List<String> known = new ArrayList<>(FILTER);
    known.addAll(more);
    for (String name : parameters.keySet()) {
      if (!known.contains(name)) {
        throw invalid(name, "unknown parameter " + name + Nearest.hint(name, known));
      }
    }
  }

  private static @Nullable String one(MultiValueMap<String, String> parameters, String name) {
    List<String> values = parameters.get(name);
    if (values == null) {
      return null;
    }
    if (values.size() != 1 || values.get(0) == null || values.get(0).isEmpty()) {
      throw invalid(name, name + " must be given once, with a value");
    }
    return values.get(0);
  }

  /** Several values, with commas between or in parameters of their own; null: not given. */
  private static @Nullable List<String> split(
      MultiValueMap<String, String> parameters, String name, int most) {
    List<String> given = parameters.get(name);
    if (given == null) {
      return null;
    }
    List<String> values = new ArrayList<>();
    for (String some : given) {
      for (String value : some == null ? new String[] {""} : some.split(",", -1)) {
        if (value.isEmpty()) {
          throw invalid(name, name + " must have a value: leave it out, or name one");
        }
        values.add(value);
      }
    }
    if (values.size() > most) {
      throw invalid(name, name + " must be given at most " + most + " times: was " + values.size());
    }
    return values;
  }

  private static RuntimeException invalid(String parameter, String detail) {
    return Problem.ofField(ProblemCode.QUERY_PARAMETER, parameter, detail).toException();
  }
}
