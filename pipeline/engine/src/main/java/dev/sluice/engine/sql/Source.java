package dev.sluice.engine.sql;

import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a SELECT reads, as far as the text tells.
 *
 * @param stream that it comes from
 * @param direct whether its columns are the stream's, so that the time column goes by its name
 * @param split whether it has an UNNEST
 * @param columns their names
 * @param sizes how many parts each has, with sub-queries written out
 */
record Source(
    StreamDefinition stream,
    boolean direct,
    boolean split,
    List<String> columns,
    List<Integer> sizes) {
  Source {
    columns = List.copyOf(columns);
    sizes = List.copyOf(sizes);
  }

  private Source(StreamDefinition stream, boolean direct, boolean split, List<String> columns) {
    this(stream, direct, split, columns, Collections.nCopies(columns.size(), 1));
  }

  static Source of(StreamDefinition stream) {
    return new Source(stream, true, false, stream.fields().stream().map(Field::name).toList());
  }

  /** The rows of a query over this. */
  Source derived(List<String> names, List<Integer> theirSizes) {
    return new Source(stream, false, split, names, theirSizes);
  }

  /** With more columns of its rows, of their own. */
  Source with(boolean parts, List<String> more) {
    List<String> all = new ArrayList<>(columns);
    all.addAll(more);
    List<Integer> allSizes = new ArrayList<>(sizes);
    allSizes.addAll(Collections.nCopies(more.size(), 1));
    return new Source(stream, direct, split || parts, all, allSizes);
  }

  /** And then the rows of another, under the names of these. */
  Source with(Source other) {
    List<Integer> both = new ArrayList<>(sizes);
    for (int c = 0; c < Math.min(both.size(), other.sizes.size()); c++) {
      both.set(c, sizes.get(c) + other.sizes.get(c));
    }
    return new Source(stream, false, split || other.split, columns, both);
  }

  boolean has(String column) {
    return columns.stream().anyMatch(column::equalsIgnoreCase);
  }

  /** How many parts the column of a name has; the most where several have it. */
  int size(String column) {
    int size = 1;
    for (int c = 0; c < columns.size(); c++) {
      size = columns.get(c).equalsIgnoreCase(column) ? Math.max(size, sizes.get(c)) : size;
    }
    return size;
  }
}
