package dev.sluice.model.problem;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An RFC 9457 problem.
 *
 * @param detail what is wrong here and what to do about it
 * @param line 1-based line in the SQL, where one applies
 * @param column 1-based column in the SQL, where one applies
 * @param field the field or setting that it is about, where one applies
 * @param reasons one per field where several are wrong at once, else empty
 */
public record Problem(
    ProblemCode code,
    String detail,
    @Nullable Integer line,
    @Nullable Integer column,
    @Nullable String field,
    Map<String, String> reasons) {

  public Problem {
    reasons = Collections.unmodifiableMap(new LinkedHashMap<>(reasons));
  }

  public Problem(
      ProblemCode code,
      String detail,
      @Nullable Integer line,
      @Nullable Integer column,
      @Nullable String field) {
    this(code, detail, line, column, field, Map.of());
  }

  public static Problem of(ProblemCode code, String detail) {
    return new Problem(code, detail, null, null, null);
  }

  public static Problem ofField(ProblemCode code, String field, String detail) {
    return new Problem(code, detail, null, null, field);
  }

  /** About several fields: the detail names them all. */
  public static Problem ofFields(ProblemCode code, String detail, Map<String, String> reasons) {
    return new Problem(code, detail, null, null, reasons.keySet().iterator().next(), reasons);
  }

  public static Problem at(ProblemCode code, int line, int column, String detail) {
    return new Problem(code, detail, line, column, null);
  }

  public ProblemException toException() {
    return new ProblemException(this, null);
  }

  public ProblemException toException(Throwable cause) {
    return new ProblemException(this, cause);
  }

  /** The members of the problem document, in their order. */
  public Map<String, Object> toMap() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", code.type());
    members.put("title", code.title());
    members.put("status", code.status());
    members.put("code", code.name());
    members.put("detail", detail);
    if (line != null) {
      members.put("line", line);
    }
    if (column != null) {
      members.put("column", column);
    }
    if (field != null) {
      members.put("field", field);
    }
    if (!reasons.isEmpty()) {
      members.put("reasons", reasons);
    }
    return members;
  }
}
