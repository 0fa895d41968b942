package dev.sluice.gateway.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Names of letters and of places between them: {@code <topic>-<offset>}, where the former tells
 * this topic from one of the same name that was deleted. An offset may also be that of a place
 * where there is no letter.
 *
 * @param prefix of all of this topic's
 */
record LetterIds(String prefix) {
  private static final Pattern ID = Pattern.compile("([0-9a-z]{1,7})-(\\d{1,18})");

  static LetterIds of(CatalogStream stream) {
    CRC32 topic = new CRC32();
    topic.update(
        (stream.definition().deadLetterTopic() + "@" + stream.created().toEpochMilli())
            .getBytes(UTF_8));
    return new LetterIds(Long.toString(topic.getValue(), 36));
  }

  String text(long offset) {
    return prefix + "-" + offset;
  }

  /**
   * The offset that an id names; null if it is of a topic that was deleted.
   *
   * @param where it stands, for a person
   * @throws ProblemException with that code
   */
  @Nullable Long offset(String id, ProblemCode code, String where) {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      throw Problem.ofField(
              code,
              where,
              where + " must be an id of a dead letter (1x2y3z-17): was \"" + id + "\"")
          .toException();
    }
    return matcher.group(1).equals(prefix) ? Long.valueOf(matcher.group(2)) : null;
  }
}
