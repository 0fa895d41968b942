package dev.sluice.model.view;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A view: a query that has a name, and whose rows the pipeline keeps.
 *
 * @param name {@code [a-z][a-z0-9_]*}, at most 63 characters, which is PostgreSQL's bound; in one
 *     namespace with the streams'
 * @param sql the query; Unicode without NUL, which PostgreSQL has not
 * @param late what becomes of events that its windows no longer take
 * @param retention how long rows are kept in its topic, 1 minute to 36,500 days
 * @param table whether PostgreSQL has its rows too, as {@code views.<name>}
 * @param webhook who is told of each row; null: nobody
 * @param into name of the stream whose events its rows are too; null: none
 */
public record ViewDefinition(
    String name,
    String sql,
    Late late,
    Duration retention,
    boolean table,
    @Nullable Webhook webhook,
    @Nullable String into) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Pattern STREAM = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final Duration LEAST_RETENTION = Duration.ofMinutes(1);
  private static final Duration MOST_RETENTION = Duration.ofDays(36_500);

  /** What becomes of late events. */
  public enum Late {
    /** They are counted. */
    COUNT,
    /** They are counted, and kept in the view's dead letters. */
    DEAD_LETTER
  }

  public ViewDefinition {
    StreamDefinition.requireNotOwn(name);
    if (!NAME.matcher(name).matches()) {
      throw invalid(
          "name",
          "a view's name must be a lower-case letter, then lower-case letters, digits or _, at most 63"
              + " in all: was \""
              + name
              + "\"");
    }
    if (sql.isBlank()) {
      throw invalid("sql", "a view must have a query: add \"sql\"");
    }
    if (sql.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(sql)) {
      throw invalid("sql", "sql must be Unicode text without NUL, as PostgreSQL has no other");
    }
    if (into != null && !STREAM.matcher(into).matches()) {
      throw invalid("into", "into must be the name of a stream: was \"" + into + "\"");
    }
    if (retention.compareTo(LEAST_RETENTION) < 0 || retention.compareTo(MOST_RETENTION) > 0) {
      throw invalid("retention", "retention must be PT1M to P36500D: was " + retention);
    }
  }

  /** One that feeds no stream. */
  public ViewDefinition(
      String name,
      String sql,
      Late late,
      Duration retention,
      boolean table,
      @Nullable Webhook webhook) {
    this(name, sql, late, retention, table, webhook, null);
  }

  /** One that nobody is told of. */
  public ViewDefinition(String name, String sql, Late late, Duration retention, boolean table) {
    this(name, sql, late, retention, table, null);
  }

  public ViewDefinition withWebhook(@Nullable Webhook other) {
    return new ViewDefinition(name, sql, late, retention, table, other, into);
  }

  public ViewDefinition withInto(@Nullable String stream) {
    return new ViewDefinition(name, sql, late, retention, table, webhook, stream);
  }

  private static ProblemException invalid(String field, String detail) {
    return Problem.ofField(ProblemCode.VIEW_INVALID, field, detail).toException();
  }
}
