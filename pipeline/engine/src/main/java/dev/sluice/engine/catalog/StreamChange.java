package dev.sluice.engine.catalog;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From one definition of a stream to another.
 *
 * <p>Lateness, dedupe, max-skew, idle-timeout, min-time, max-time, retention and unknown may
 * change, and where in events the fields are. Fields, key, time, id, partitions, historical and
 * topic may not: the log was written by them. Nor may the pointers into a topic's values: they
 * decide what the records are.
 */
record StreamChange(StreamDefinition before, StreamDefinition after) {

  /** Whether a query over the same log may have another result afterwards. */
  boolean changesResults() {
    return !before.time().lateness().equals(after.time().lateness())
        || !before.identity().dedupe().equals(after.identity().dedupe());
  }

  /**
   * @throws dev.sluice.model.problem.ProblemException STREAM_INCOMPATIBLE, with a reason for each
   *     thing that may not change
   */
  void requireCompatible() {
    Map<String, String> reasons = new LinkedHashMap<>();
    compareFields(reasons);
    compare(reasons, "key", before.identity().key(), after.identity().key());
    compare(reasons, "time", before.time().field(), after.time().field());
    compare(reasons, "id", before.identity().id(), after.identity().id());
    compare(reasons, "partitions", before.storage().partitions(), after.storage().partitions());
    compare(reasons, "historical", before.time().historical(), after.time().historical());
    compare(reasons, "topic", before.source(), after.source());
    if (before.foreign() != null) {
      compare(reasons, "pointer", before.intake().pointers(), after.intake().pointers());
    }
    if (!reasons.isEmpty()) {
      throw Problem.ofFields(
              ProblemCode.STREAM_INCOMPATIBLE,
              before.name()
                  + " is there and cannot be changed so: "
                  + String.join("; ", reasons.values())
                  + ". Declare a stream of another name, or delete this one first",
              reasons)
          .toException();
    }
  }

  private void compareFields(Map<String, String> reasons) {
    for (Field field : before.fields()) {
      int index = after.indexOf(field.name());
      if (index < 0) {
        reasons.put(field.name(), field.name() + " is missing, and fields cannot be removed");
      } else if (!after.fields().get(index).equals(field)) {
        reasons.put(
            field.name(),
            field.name()
                + " is "
                + told(field)
                + " and cannot become "
                + told(after.fields().get(index)));
      }
    }
    for (Field field : after.fields()) {
      if (before.indexOf(field.name()) < 0) {
        reasons.put(field.name(), field.name() + " is new, and fields cannot be added");
      }
    }
    if (reasons.isEmpty() && !before.fields().equals(after.fields())) {
      reasons.put(
          "fields",
          "the fields are in the order "
              + before.fields().stream().map(Field::name).collect(Collectors.joining(", "))
              + ", which cannot change");
    }
  }

  private static String told(Field field) {
    return field.type() + (field.nullable() ? ", nullable" : ", not nullable");
  }

  private static void compare(
      Map<String, String> reasons, String member, @Nullable Object before, @Nullable Object after) {
    if (!Objects.equals(before, after)) {
      // A field may have the name of a member: its own reason stays.
      reasons.merge(
          member,
          member + " is " + told(before) + " and cannot become " + told(after),
          (first, second) -> first + "; " + second);
    }
  }

  private static String told(@Nullable Object value) {
    return value == null ? "absent" : value.toString();
  }
}
