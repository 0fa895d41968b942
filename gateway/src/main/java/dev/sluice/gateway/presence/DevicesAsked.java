package dev.sluice.gateway.presence;

import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * Which devices somebody wants to see.
 *
 * @param search in lower case, in what is known of a device; null: all
 * @param order the devices', the first one first
 */
record DevicesAsked(
    @Nullable String stream,
    @Nullable String device,
    @Nullable String door,
    @Nullable String search,
    Comparator<Here> order,
    int offset,
    int limit) {
  static final int USUAL_LIMIT = 100;
  static final int MOST = 1_000;

  private static final List<String> PARAMETERS =
      List.of("stream", "device", "door", "search", "sort", "offset", "limit");

  /** The fastest, the newest first; texts from a to z. */
  private static final Map<String, Comparator<Here>> ORDERS =
      new TreeMap<>(
          Map.of(
              "rate", Comparator.comparingDouble(Here::eventsPerSecond).reversed(),
              "bytes-rate", Comparator.comparingDouble(Here::bytesPerSecond).reversed(),
              "events", Comparator.comparingLong(Here::events).reversed(),
              "since", Comparator.comparingLong(Here::since).reversed(),
              "oldest", Comparator.comparingLong(Here::since),
              "device", byText(Here::device),
              "client", byText(Here::client)));

  private static Comparator<Here> byText(Function<Here, @Nullable String> text) {
    return Comparator.comparing(device -> Objects.requireNonNullElse(text.apply(device), "\uFFFF"));
  }

  static DevicesAsked of(MultiValueMap<String, String> parameters) {
    for (String name : parameters.keySet()) {
      if (!PARAMETERS.contains(name)) {
        throw bad(name, "unknown parameter " + name + Nearest.hint(name, PARAMETERS));
      }
      if (parameters.getOrDefault(name, List.of()).size() > 1) {
        throw bad(name, "say " + name + " once");
      }
    }
    String search = parameters.getFirst("search");
    return new DevicesAsked(
        parameters.getFirst("stream"),
        parameters.getFirst("device"),
        parameters.getFirst("door"),
        search == null || search.isBlank() ? null : search.strip().toLowerCase(Locale.ROOT),
        order(parameters.getFirst("sort")),
        number("offset", parameters.getFirst("offset"), 0, 1_000_000),
        number("limit", parameters.getFirst("limit"), USUAL_LIMIT, MOST));
  }

  /** Those that are alike in their order are in that of their connections. */
  private static Comparator<Here> order(@Nullable String said) {
    Comparator<Here> order = ORDERS.get(said == null ? "rate" : said);
    if (order == null) {
      throw bad(
          "sort", "sort must be one of " + String.join(", ", ORDERS.keySet()) + ": was " + said);
    }
    return order.thenComparing(Here::connection);
  }

  private static int number(String name, @Nullable String said, int otherwise, int most) {
    if (said == null) {
      return otherwise;
    }
    if (said.matches("\\d{1,7}") && Integer.parseInt(said) <= most) {
      return Integer.parseInt(said);
    }
    throw bad(name, name + " must be 0.." + most + ": was \"" + said + "\"");
  }

  private static RuntimeException bad(String field, String detail) {
    return Problem.ofField(ProblemCode.BAD_REQUEST, field, detail).toException();
  }

  Predicate<Here> filter() {
    return here ->
        is(stream, here.stream())
            && is(device, here.device())
            && is(door, here.door())
            && (search == null || isFound(here, search));
  }

  private static boolean is(@Nullable String wanted, @Nullable String is) {
    return wanted == null || wanted.equals(is);
  }

  private static boolean isFound(Here here, String text) {
    return has(here.device(), text)
        || has(here.client(), text)
        || has(here.address(), text)
        || has(here.subject(), text)
        || has(here.stream(), text)
        || has(here.connection(), text);
  }

  private static boolean has(@Nullable String in, String text) {
    return in != null && in.toLowerCase(Locale.ROOT).contains(text);
  }
}
