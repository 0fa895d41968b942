package dev.sluice.engine.sql;

import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlIntervalLiteral.IntervalValue;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlBasicAggFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.util.Litmus;
import org.jspecify.annotations.Nullable;

/** Rules of TUMBLE, HOP and SESSION that are told before Calcite looks. */
final class Windows {
  static final Set<SqlKind> KINDS = Set.of(SqlKind.TUMBLE, SqlKind.HOP, SqlKind.SESSION);

  /**
   * SESSION_END of a query: Calcite makes it the session's start, as it knows no better. Of a group
   * there is but one, as of an aggregate.
   */
  static final SqlAggFunction SESSION_END =
      SqlBasicAggFunction.create(
          "$SESSION_END",
          SqlKind.OTHER_FUNCTION,
          ReturnTypes.explicit(SqlTypeName.TIMESTAMP, 3),
          OperandTypes.NILADIC);

  private Windows() {}

  /** Checks {@code HOP(ts, …)} of a GROUP BY. */
  static void checkGroupKey(Source source, SqlKind kind, SqlCall call) {
    if (call.operandCount() > 0) {
      if (source.direct()) {
        requireTime(source.stream(), kind, call.operand(0));
      }
      checkSpans(kind, call.getOperandList().subList(1, call.operandCount()));
    }
  }

  /** Checks {@code HOP(TABLE readings, DESCRIPTOR(ts), …)}; the stream that it reads. */
  static StreamDefinition checkTableFunction(SqlNode function, StreamNames streams) {
    if (!(function instanceof SqlBasicCall call)) {
      throw form(function, SqlKind.TUMBLE);
    }
    String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
    SqlKind kind =
        KINDS.stream()
            .filter(k -> k.name().equals(name))
            .findAny()
            .orElseThrow(
                () ->
                    Unsupported.at(
                        function, "the table function " + name, "there are TUMBLE, HOP, SESSION"));
    List<SqlNode> operands = call.getOperandList();
    boolean keyed = kind == SqlKind.SESSION && operands.size() > 2 && isDescriptor(operands.get(2));
    if (operands.size() < (keyed || kind == SqlKind.HOP ? 4 : 3)
        || operands.get(0).getKind() != SqlKind.EXPLICIT_TABLE
        || !(((SqlCall) operands.get(0)).operand(0) instanceof SqlIdentifier table)
        || !isDescriptor(operands.get(1))
        || ((SqlCall) operands.get(1)).operandCount() != 1) {
      throw form(function, kind);
    }
    StreamDefinition stream = streams.require(table);
    requireTime(stream, kind, ((SqlCall) operands.get(1)).operand(0));
    checkSpans(kind, operands.subList(keyed ? 3 : 2, operands.size()));
    return stream;
  }

  private static boolean isDescriptor(SqlNode node) {
    return node instanceof SqlCall call
        && call.getOperator().getName().equalsIgnoreCase("DESCRIPTOR");
  }

  private static RuntimeException form(SqlNode function, SqlKind kind) {
    String form =
        switch (kind) {
          case HOP ->
              "HOP(TABLE stream, DESCRIPTOR(time), INTERVAL '10' SECOND, INTERVAL '1' MINUTE)";
          case SESSION ->
              "SESSION(TABLE stream, DESCRIPTOR(time), DESCRIPTOR(key), INTERVAL '30' SECOND)";
          default -> "TUMBLE(TABLE stream, DESCRIPTOR(time), INTERVAL '10' SECOND)";
        };
    return Unsupported.at(function, "this form of a table function", "write TABLE(" + form + ")");
  }

  private static void checkSpans(SqlKind kind, List<SqlNode> spans) {
    if (kind == SqlKind.HOP) {
      requireSpan(kind, "slide", spans, 0);
      requireSpan(kind, "size", spans, 1);
    } else {
      requireSpan(kind, kind == SqlKind.SESSION ? "gap" : "size", spans, 0);
    }
  }

  /** Of days to seconds, and at least a millisecond. */
  private static void requireSpan(SqlKind kind, String what, List<SqlNode> spans, int index) {
    if (index >= spans.size()) {
      return;
    }
    SqlNode span = spans.get(index);
    if (!(span instanceof SqlIntervalLiteral interval)) {
      throw Unsupported.at(
          span, kind + " with a " + what + " that is not a literal", "write INTERVAL '10' SECOND");
    }
    IntervalValue value = interval.getValueAs(IntervalValue.class);
    if (value.getIntervalQualifier().isYearMonth()) {
      throw Unsupported.at(
          span, kind + " of months or years", "windows are of one length: use DAY or shorter");
    }
    if (value.getSign() < 0
        || value.getIntervalLiteral().chars().allMatch(c -> c < '1' || c > '9')) {
      throw Unsupported.problem(
          ProblemCode.QUERY_INVALID,
          span.getParserPosition(),
          kind + "'s " + what + " must be 1 ms or more: was " + span);
    }
  }

  /** Windows are of event time: the column must be the one that the stream calls its time. */
  private static void requireTime(StreamDefinition stream, SqlKind kind, SqlNode column) {
    String time = stream.time().field();
    if (time == null) {
      throw Unsupported.at(
          column,
          kind + " over " + stream.name(),
          "the stream has no time column; declare one in its \"time\"");
    }
    if (!(column instanceof SqlIdentifier name)) {
      throw Unsupported.at(
          column, kind + " over an expression", "its first argument must be " + time);
    }
    String last = name.names.get(name.names.size() - 1);
    if (!Source.of(stream).has(last)) {
      throw Unsupported.problem(
          ProblemCode.QUERY_UNKNOWN_COLUMN,
          name.getParserPosition(),
          stream.name() + " has no column " + last + ": its time is " + time);
    }
    if (!last.equalsIgnoreCase(time)) {
      throw Unsupported.at(
          column,
          kind + " over " + last,
          "windows are of event time, which is " + time + " in " + stream.name());
    }
  }

  /** Puts {@link #SESSION_END} where the query says it of the SESSION that it groups by. */
  static void markSessionEnds(SqlSelect select) {
    SessionEnds marker = new SessionEnds(session(select.getGroup()));
    SqlNode columns = select.getSelectList().accept(marker);
    if (columns instanceof SqlNodeList list) {
      select.setSelectList(list);
    }
    if (select.getHaving() != null) {
      select.setHaving(select.getHaving().accept(marker));
    }
  }

  private static @Nullable SqlCall session(@Nullable SqlNodeList group) {
    if (group != null) {
      for (SqlNode key : group) {
        if (key.getKind() == SqlKind.SESSION) {
          return (SqlCall) key;
        }
      }
    }
    return null;
  }

  private static final class SessionEnds extends SqlShuttle {
    private final @Nullable SqlCall session;

    SessionEnds(@Nullable SqlCall session) {
      this.session = session;
    }

    @Override
    public @Nullable SqlNode visit(SqlCall call) {
      if (!call.getOperator().getName().replace("$", "").equalsIgnoreCase("SESSION_END")) {
        return super.visit(call);
      }
      if (session == null) {
        throw Unsupported.at(call, "SESSION_END without GROUP BY SESSION(…)", "");
      }
      SqlNodeList mine = new SqlNodeList(call.getOperandList(), call.getParserPosition());
      SqlNodeList grouped = new SqlNodeList(session.getOperandList(), call.getParserPosition());
      if (!mine.equalsDeep(grouped, Litmus.IGNORE)) {
        throw Unsupported.problem(
            ProblemCode.QUERY_INVALID,
            call.getParserPosition(),
            "SESSION_END must have the arguments of the SESSION in GROUP BY");
      }
      return SESSION_END.createCall(call.getParserPosition());
    }
  }
}
