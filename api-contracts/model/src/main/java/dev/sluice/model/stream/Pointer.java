package dev.sluice.model.stream;

import static dev.sluice.model.stream.StreamDefinition.invalid;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A JSON Pointer (RFC 6901): where in an event a field is found.
 *
 * @param text {@code /a/b}: 1 to 256 characters
 * @param names of the members, unescaped, from the outermost to the field's own; 1 to 16. One that
 *     is a number is also the place in an array, from 0
 */
public record Pointer(String text, List<String> names) {
  private static final int MAX_CHARS = 256;
  private static final int MAX_NAMES = 16;

  /** RFC 6901, 3: a tilde is the beginning of ~0 or ~1. */
  private static final Pattern FORM = Pattern.compile("(/([^~/]|~[01])*)+");

  public Pointer {
    names = List.copyOf(names);
  }

  /**
   * Reads a pointer.
   *
   * @param member of the definition that it is, for the problem
   * @throws dev.sluice.model.problem.ProblemException STREAM_INVALID
   */
  static Pointer parse(String member, String text) {
    if (text.length() > MAX_CHARS || !FORM.matcher(text).matches()) {
      throw invalid(
          member,
          member
              + " must be a JSON Pointer (RFC 6901) such as /payload/temp, of at most "
              + MAX_CHARS
              + " characters: was \""
              + text
              + "\"");
    }
    List<String> names = new ArrayList<>();
    for (String escaped : text.substring(1).split("/", -1)) {
      names.add(escaped.replace("~1", "/").replace("~0", "~"));
    }
    if (names.size() > MAX_NAMES) {
      throw invalid(
          member, member + " must go at most " + MAX_NAMES + " deep: goes " + names.size());
    }
    return new Pointer(text, names);
  }

  /** That of an event's own member. */
  public static Pointer to(String name) {
    return new Pointer("/" + name, List.of(name));
  }

  /** The same place, in a member of that name. */
  Pointer within(String name) {
    List<String> all = new ArrayList<>(List.of(name));
    all.addAll(names);
    return new Pointer("/" + name + text, all);
  }

  /** Whether the other is the same place, or one inside of it. */
  boolean holds(Pointer other) {
    return other.names.size() >= names.size() && other.names.subList(0, names.size()).equals(names);
  }

  @Override
  public String toString() {
    return text;
  }
}
