package dev.sluice.engine.table;

import dev.sluice.model.stream.FieldType;
import java.util.regex.Pattern;

/**
 * What views, reference tables and their columns are called in PostgreSQL: as in Sluice, always
 * quoted, so that no word is reserved and capitals stay capitals. Names that it cannot have are
 * nobody's.
 */
public final class Identifiers {
  /** The partition of the view's topic that a row is in. */
  public static final String PARTITION = "_partition";

  /** Where it is in the partition. */
  public static final String OFFSET = "_offset";

  /** The row's event time. */
  public static final String TIME = "_time";

  /** PostgreSQL cuts off what is longer than 63. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,62}");

  private Identifiers() {}

  /** A view's table, with its schema. */
  public static String table(String view) {
    return "views." + quoted(view);
  }

  /** The table of what will take a view's place, with its schema: no view has such a name. */
  public static String build(long generation) {
    return "views.\"_" + generation + "\"";
  }

  /** A reference table, with its schema. */
  public static String reference(String table) {
    return "tables." + quoted(table);
  }

  /** The type of a column of a reference table, which has no more than a stream can have. */
  public static String referenceType(FieldType type) {
    return type == FieldType.TIMESTAMP ? "timestamptz(3)" : type(type);
  }

  /** The column of a field. */
  public static String column(String field) {
    return quoted(field);
  }

  /** The type of a column of values. */
  public static String type(FieldType type) {
    return switch (type) {
      // Compared by code point, as in Sluice, whatever the database's language is.
      case STRING -> "text COLLATE \"C\"";
      case LONG -> "bigint";
      case DOUBLE -> "double precision";
      case BOOLEAN -> "boolean";
      case TIMESTAMP -> "timestamptz";
    };
  }

  private static String quoted(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("PostgreSQL can have no name " + name);
    }
    return "\"" + name + "\"";
  }
}
