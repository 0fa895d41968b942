package dev.sluice.engine.catalog;

import dev.sluice.model.avro.Resolution;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From one definition of a stream to another.
 *
 * <p>Lateness, dedupe, max-skew, idle-timeout, min-time, max-time, retention and unknown may
 * change, where in events the fields are, and fields as {@link FieldChanges} says. Key, time, id,
 * partitions, historical and topic may not: the log was written by them. Nor may the pointers into
 * a topic's values: they decide what the records are.
 *
 * @param versions of the stream's schema that there were, the present one too
 */
record StreamChange(StreamDefinition before, StreamDefinition after, List<SchemaVersion> versions) {

  /** Whether a query over the same log may have another result afterwards. */
  boolean changesResults() {
    return !before.time().lateness().equals(after.time().lateness())
        || !before.identity().dedupe().equals(after.identity().dedupe());
  }

  /** The fields that it had, and of which not every value is one any more. */
  List<String> lost() {
    return Resolution.eitherWay(before.fields(), after.fields()).lost().stream()
        .map(Field::name)
        .toList();
  }

  /** The same, of the fields that a view reads, by the names that they had when it was planned. */
  List<String> lostTo(SourceRead reader) {
    List<Field> planned =
        versions.stream()
            .filter(version -> version.id() == reader.schema())
            .findFirst()
            .map(SchemaVersion::fields)
            .orElse(before.fields());
    return Resolution.eitherWay(planned, after.fields()).lost().stream()
        .map(Field::name)
        .filter(reader::reads)
        .toList();
  }

  /** Whether every field that it had has its name still. */
  boolean keepsNames() {
    return before.fields().stream().allMatch(field -> after.indexOf(field.name()) >= 0);
  }

  /**
   * @throws dev.sluice.model.problem.ProblemException STREAM_INCOMPATIBLE, with a reason for each
   *     thing that may not change
   */
  void requireCompatible() {
    Map<String, String> reasons = new LinkedHashMap<>();
    new FieldChanges(before, after, versions).check(reasons::putIfAbsent);
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
