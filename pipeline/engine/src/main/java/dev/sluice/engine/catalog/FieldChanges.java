package dev.sluice.engine.catalog;

import dev.sluice.model.avro.Resolution;
import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.jspecify.annotations.Nullable;

/**
 * From the fields of one definition to those of another. Whoever reads with the new ones must have
 * every record that there is, as Avro's rules say, and with the values that it has had: what is a
 * field of the same meaning before and after is the same in records of all versions.
 *
 * @param versions of the stream's schema that there were, the present one too
 */
record FieldChanges(StreamDefinition before, StreamDefinition after, List<SchemaVersion> versions) {

  /** Says why it cannot be, of each field that cannot. */
  void check(BiConsumer<String, String> reasons) {
    Map<String, String> found = new HashMap<>();
    BiConsumer<String, String> first = found::putIfAbsent;
    Resolution now = Resolution.byAvro(after.fields(), before.fields());
    for (int i = 0; i < after.fields().size(); i++) {
      Field field = after.fields().get(i);
      if (now.source(i) < 0) {
        checkAdded(field, first);
      } else {
        checkChanged(before.fields().get(now.source(i)), field, first);
      }
    }
    for (SchemaVersion version : versions) {
      checkSame(version, now, first);
      checkOne(version, first);
    }
    if (found.isEmpty()) {
      // The last word is Avro's, which fails where a field would be two.
      versions.forEach(version -> checkByAvro(version, first));
    }
    // As they are defined, and then those that are not defined any more.
    Stream.concat(after.fields().stream().map(Field::name), found.keySet().stream().sorted())
        .distinct()
        .forEach(name -> tell(name, found.get(name), reasons));
  }

  private static void tell(
      String name, @Nullable String reason, BiConsumer<String, String> reasons) {
    if (reason != null) {
      reasons.accept(name, reason);
    }
  }

  private void checkAdded(Field field, BiConsumer<String, String> reasons) {
    String name = field.name();
    if (!field.optional()) {
      reasons.accept(
          name,
          name
              + " is new, and events so far have no value of it: make it nullable, or give it a default");
    }
    for (SchemaVersion version : versions) {
      for (Field there : version.fields()) {
        if (there.aliases().contains(name)) {
          reasons.accept(
              name,
              "%s is what %s was called before: give it the alias %s if it is that, or another name"
                  .formatted(name, there.name(), there.name()));
        }
      }
    }
  }

  private void checkChanged(Field from, Field to, BiConsumer<String, String> reasons) {
    String name = to.name();
    if (!to.type().takes(from.type())) {
      reasons.accept(
          name,
          "%s is a %s and cannot become a %s: only a LONG can be widened, to a DOUBLE; add a field of another name"
              .formatted(from.name(), from.type(), to.type()));
    } else if (from.nullable() && !to.nullable()) {
      reasons.accept(name, name + " may be null in events so far: it must stay nullable");
    } else if (isIdentity(from.name()) && !isSame(from, to)) {
      reasons.accept(
          name,
          "%s is the key, the time or the id of events, which cannot change: declare a stream of another name"
              .formatted(from.name()));
    } else if (!Objects.equals(absent(from, to.type()), to.absent()) && isRead(to)) {
      reasons.accept(
          name,
          "the default of %s is what events from before it are read with, and cannot change: it is %s"
              .formatted(from.name(), from.absent()));
    }
  }

  /** Aliases apart. */
  private static boolean isSame(Field from, Field to) {
    return from.name().equals(to.name())
        && from.type() == to.type()
        && from.nullable() == to.nullable()
        && Objects.equals(from.absent(), to.absent());
  }

  private static @Nullable Object absent(Field field, FieldType as) {
    return as == FieldType.DOUBLE && field.absent() instanceof Long number
        ? (Object) number.doubleValue()
        : field.absent();
  }

  private boolean isIdentity(String field) {
    return field.equals(before.identity().key())
        || field.equals(before.identity().id())
        || field.equals(before.time().field());
  }

  /** Whether records of some version are read with its default. */
  private boolean isRead(Field field) {
    return versions.stream()
        .anyMatch(version -> Resolution.byAvro(List.of(field), version.fields()).source(0) < 0);
  }

  /** What a version's field is now, it stays: an alias by which it is found is not dropped. */
  private void checkSame(
      SchemaVersion version, Resolution now, BiConsumer<String, String> reasons) {
    Resolution then = Resolution.byAvro(before.fields(), version.fields());
    Resolution next = Resolution.byAvro(after.fields(), version.fields());
    for (int i = 0; i < after.fields().size(); i++) {
      if (next.source(i) >= 0) {
        checkType(version, version.fields().get(next.source(i)), after.fields().get(i), reasons);
      }
      if (now.source(i) < 0) {
        continue;
      }
      int was = then.source(now.source(i));
      if (was >= 0 && next.source(i) != was) {
        reasons.accept(
            after.fields().get(i).name(),
            "%s is called %s in events of version %d: keep that as an alias"
                .formatted(
                    after.fields().get(i).name(),
                    version.fields().get(was).name(),
                    version.version()));
      }
    }
  }

  /** To Avro a TIMESTAMP is a number like any other. */
  private static void checkType(
      SchemaVersion version, Field written, Field field, BiConsumer<String, String> reasons) {
    if (!field.type().takes(written.type())) {
      reasons.accept(
          field.name(),
          "%s is a %s in events of version %d and cannot be a %s: choose another name"
              .formatted(field.name(), written.type(), version.version(), field.type()));
    }
  }

  /** No field may be two of a version's. */
  private void checkOne(SchemaVersion version, BiConsumer<String, String> reasons) {
    Set<String> written =
        version.fields().stream().map(Field::name).collect(Collectors.toUnmodifiableSet());
    for (Field field : after.fields()) {
      List<String> names = new ArrayList<>(List.of(field.name()));
      names.addAll(field.aliases());
      names.retainAll(written);
      if (names.size() > 1) {
        reasons.accept(
            field.name(),
            "%s are fields of their own in events of version %d, and %s cannot be all of them: leave out an alias"
                .formatted(String.join(" and ", names), version.version(), field.name()));
      }
    }
  }

  private void checkByAvro(SchemaVersion version, BiConsumer<String, String> reasons) {
    Schema reader = StreamSchema.of(after);
    Schema writer = StreamSchema.of(before.withFields(version.fields()));
    SchemaCompatibility.SchemaCompatibilityResult result =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
    if (result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE) {
      return;
    }
    result
        .getIncompatibilities()
        .forEach(
            why ->
                reasons.accept(
                    place(reader, why.getLocation()),
                    "events of version %d could not be read (%s: %s)"
                        .formatted(version.version(), why.getType(), why.getMessage())));
  }

  /**
   * @param location Avro's pointer into the reader's schema, as {@code /fields/3/type/1}
   */
  private static String place(Schema reader, String location) {
    String[] parts = location.split("/");
    return parts.length > 2 && parts[1].equals("fields")
        ? reader.getFields().get(Integer.parseInt(parts[2])).name()
        : "fields";
  }
}
