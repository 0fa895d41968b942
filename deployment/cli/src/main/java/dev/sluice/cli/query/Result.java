package dev.sluice.cli.query;

import dev.sluice.cli.text.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of a query's answer.
 *
 * @param kind what it is
 * @param members of the row, or of what is told
 */
record Result(Kind kind, Map<String, @Nullable Object> members) {
  /** What a line is; named as its member is. */
  enum Kind {
    ROW("row"),
    UPDATE("update"),
    WATERMARK("watermark"),
    GAP("gap"),
    END("end");

    private final String member;

    Kind(String member) {
      this.member = member;
    }
  }

  private static final String DELETED = "deleted";

  /** Reads a line; empty if it is of a kind that a later gateway has added. */
  static Optional<Result> read(String line) {
    Map<String, @Nullable Object> outer = Json.object(line);
    for (Kind kind : Kind.values()) {
      if (outer.containsKey(kind.member)) {
        return Optional.of(new Result(kind, Json.object(outer.get(kind.member))));
      }
    }
    return Optional.empty();
  }

  boolean isRow() {
    return kind == Kind.ROW || kind == Kind.UPDATE;
  }

  /** Whether an early row is taken back. */
  boolean isDeleted() {
    return kind == Kind.UPDATE && Boolean.TRUE.equals(members.get(DELETED));
  }

  /** The row's columns; without the mark of a row that is taken back. */
  Map<String, @Nullable Object> row() {
    if (!isDeleted()) {
      return members;
    }
    Map<String, @Nullable Object> row = new LinkedHashMap<>(members);
    row.remove(DELETED);
    return row;
  }
}
