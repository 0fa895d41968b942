package dev.sluice.gateway.security;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much of everything somebody may have at a time.
 *
 * @param limits 1 or more, of each kind that is bounded; the others are not
 */
public record Quota(Map<Kind, Long> limits) {
  public static final Quota NONE = new Quota(Map.of());

  /** What is bounded. */
  public enum Kind {
    EVENTS("events-per-second", 1_000_000_000L),
    BYTES("bytes-per-second", 1_000_000_000L),
    CONNECTIONS("connections", 1_000_000_000L),
    QUERIES("queries", 1_000_000_000L),
    /** Bytes of heap, about, that the queries hold. */
    STATE("state", 1_000_000_000_000L);

    private final String text;
    private final long most;

    Kind(String text, long most) {
      this.text = text;
      this.most = most;
    }

    /** As a token and a setting call it. */
    public String text() {
      return text;
    }

    /**
     * @throws IllegalArgumentException it can be no such limit
     */
    long checked(long limit) {
      if (limit < 1 || limit > most) {
        throw new IllegalArgumentException(text + " must be 1.." + most + ": was " + limit);
      }
      return limit;
    }
  }

  /**
   * @throws IllegalArgumentException a limit is out of its range
   */
  public Quota {
    Map<Kind, Long> checked = new EnumMap<>(Kind.class);
    limits.forEach((kind, limit) -> checked.put(kind, kind.checked(limit)));
    limits = Collections.unmodifiableMap(checked);
  }

  /** Null: it is not bounded. */
  public @Nullable Long limit(Kind kind) {
    return limits.get(kind);
  }

  /** The same, and the other's limit of what this says nothing of. */
  public Quota or(Quota other) {
    if (limits.isEmpty() || other.limits.isEmpty()) {
      return limits.isEmpty() ? other : this;
    }
    Map<Kind, Long> both = new EnumMap<>(Kind.class);
    both.putAll(other.limits);
    both.putAll(limits);
    return new Quota(both);
  }

  /**
   * As a token has it: {@code {"connections": 2, …}}.
   *
   * @throws IllegalArgumentException it is none, or has what is not known: a bound that cannot be
   *     read must not become none
   */
  static Quota of(@Nullable Object claim) {
    if (claim == null) {
      return NONE;
    }
    if (!(claim instanceof Map<?, ?> said)) {
      throw new IllegalArgumentException("quota must be an object");
    }
    Map<Kind, Long> limits = new EnumMap<>(Kind.class);
    said.forEach((name, limit) -> limits.put(kind(name), number(name, limit)));
    return new Quota(limits);
  }

  private static Kind kind(@Nullable Object name) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.text.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "quota must be of events-per-second, bytes-per-second, connections, queries"
                        + " and state: has another"));
  }

  private static long number(@Nullable Object name, @Nullable Object limit) {
    if (limit instanceof Long || limit instanceof Integer) {
      return ((Number) limit).longValue();
    }
    throw new IllegalArgumentException("quota's " + name + " must be a whole number");
  }
}
