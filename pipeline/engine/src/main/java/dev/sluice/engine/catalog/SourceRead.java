package dev.sluice.engine.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a view reads.
 *
 * @param name of the stream or view
 * @param schema id of the schema that it had when the query was planned: the view's pipeline reads
 *     it with that, whatever schema it has got since
 * @param fields of that schema that the query reads; null: it is not known which
 */
public record SourceRead(String name, int schema, @Nullable List<String> fields) {
  /** Of no schema in particular: whatever the source has. */
  public static final int ANY = 0;

  public SourceRead {
    fields = fields == null ? null : List.copyOf(fields);
  }

  boolean reads(String field) {
    return fields == null || fields.contains(field);
  }
}
