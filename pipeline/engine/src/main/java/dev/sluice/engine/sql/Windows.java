package dev.sluice.engine.sql;

import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlIntervalLiteral.IntervalValue;
import org.apache.calcite.sql.SqlNode;

/** Rules of TUMBLE that are told before Calcite looks. */
final class Windows {
  private Windows() {}

  /** Of days to seconds, and at least a millisecond. */
  static void requireSize(SqlNode size) {
    if (!(size instanceof SqlIntervalLiteral interval)) {
      throw Unsupported.at(
          size, "TUMBLE with a size that is not a literal", "write INTERVAL '10' SECOND");
    }
    IntervalValue value = interval.getValueAs(IntervalValue.class);
    if (value.getIntervalQualifier().isYearMonth()) {
      throw Unsupported.at(
          size, "TUMBLE of months or years", "windows are of one length: use DAY or shorter");
    }
    if (value.getSign() < 0
        || value.getIntervalLiteral().chars().allMatch(c -> c < '1' || c > '9')) {
      throw Unsupported.problem(
          ProblemCode.QUERY_INVALID,
          size.getParserPosition(),
          "TUMBLE's size must be 1 ms or more: was " + size);
    }
  }

  /** Windows are of event time: the column must be the one that the stream calls its time. */
  static void requireTime(StreamDefinition stream, SqlNode column) {
    String time = stream.time().field();
    if (time == null) {
      throw Unsupported.at(
          column,
          "TUMBLE over " + stream.name(),
          "the stream has no time column; declare one in its \"time\"");
    }
    if (!(column instanceof SqlIdentifier name)) {
      throw Unsupported.at(
          column, "TUMBLE over an expression", "its first argument must be " + time);
    }
    String last = name.names.get(name.names.size() - 1);
    if (StreamNames.column(stream, last) == null) {
      throw Unsupported.problem(
          ProblemCode.QUERY_UNKNOWN_COLUMN,
          name.getParserPosition(),
          stream.name() + " has no column " + last + ": its time is " + time);
    }
    if (!last.equalsIgnoreCase(time)) {
      throw Unsupported.at(
          column,
          "TUMBLE over " + last,
          "windows are of event time, which is " + time + " in " + stream.name());
    }
  }
}
