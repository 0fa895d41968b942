package dev.sluice.model.avro;

import dev.sluice.model.stream.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which field of what was written is which of those that are read: Avro's resolution, by name and
 * then by the reader's aliases. Immutable.
 */
public final class Resolution {
  private static final int NONE = -1;

  private final List<Field> reader;
  private final List<Field> writer;

  /** Of each of the reader's fields the writer's. */
  private final int[] sources;

  /** Of each of the writer's fields the reader's that takes its values. */
  private final int[] targets;

  private final int[] absent;

  /** As Avro does. */
  public static Resolution byAvro(List<Field> reader, List<Field> writer) {
    return new Resolution(reader, writer, false);
  }

  /**
   * Of schemas of one stream, whichever is the older: who still reads with that finds a field that
   * was renamed since by the aliases of the newer one.
   */
  public static Resolution eitherWay(List<Field> reader, List<Field> writer) {
    return new Resolution(reader, writer, true);
  }

  private Resolution(List<Field> reader, List<Field> writer, boolean eitherWay) {
    this.reader = List.copyOf(reader);
    this.writer = List.copyOf(writer);
    sources = new int[reader.size()];
    targets = new int[writer.size()];
    Arrays.fill(targets, NONE);
    for (int r = 0; r < sources.length; r++) {
      int source = find(reader.get(r), writer, eitherWay);
      sources[r] = source;
      if (source != NONE && reader.get(r).type().takes(writer.get(source).type())) {
        targets[source] = r;
      }
    }
    absent =
        IntStream.range(0, sources.length)
            .filter(r -> sources[r] == NONE || targets[sources[r]] != r)
            .toArray();
  }

  private static int find(Field field, List<Field> writer, boolean eitherWay) {
    int found = indexOf(writer, field.name());
    for (int a = 0; found == NONE && a < field.aliases().size(); a++) {
      found = indexOf(writer, field.aliases().get(a));
    }
    for (int w = 0; eitherWay && found == NONE && w < writer.size(); w++) {
      found = writer.get(w).aliases().contains(field.name()) ? w : NONE;
    }
    return found;
  }

  private static int indexOf(List<Field> fields, String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return i;
      }
    }
    return NONE;
  }

  /** The fields that were written, in their order. */
  public List<Field> writer() {
    return writer;
  }

  /** Place of the writer's field among the reader's; -1 if it is passed over. */
  public int target(int written) {
    return targets[written];
  }

  /** Place of the reader's field among the writer's; -1 if it was not written. */
  public int source(int read) {
    return sources[read];
  }

  /** How many of the reader's fields were not written. */
  public int absences() {
    return absent.length;
  }

  /** Place of the nth of the reader's fields of which no value was written. */
  public int absent(int nth) {
    return absent[nth];
  }

  /**
   * The reader's fields of which not every value that was written is one: those that are gone, have
   * another type, or may be null where they could not be.
   */
  public List<Field> lost() {
    List<Field> lost = new ArrayList<>();
    for (int r = 0; r < sources.length; r++) {
      Field field = reader.get(r);
      Field from = sources[r] == NONE ? null : writer.get(sources[r]);
      if (from == null || from.type() != field.type() || (from.nullable() && !field.nullable())) {
        lost.add(field);
      }
    }
    return lost;
  }
}
