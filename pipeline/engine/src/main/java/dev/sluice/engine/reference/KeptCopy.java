package dev.sluice.engine.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.table.TableDefinition;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A table's rows in memory, and what of them is to be read again. One reading at a time, by whoever
 * {@link #begin} lets; what is said to have changed meanwhile waits for the next.
 */
final class KeptCopy implements TableCopy {
  private static final int FETCH = 1_000;

  /** Announcements that wait; of more, everything is read again. */
  private static final int MOST_WAITING = 64;

  private final CatalogTable table;
  private final ReferenceSettings settings;
  private final TableSql sql;
  private final int[] key;

  private final Sinks.Empty<Void> loaded = Sinks.empty();

  private volatile @Nullable TableSnapshot rows;
  private volatile @Nullable Problem problem;
  private volatile boolean unread;

  // Guarded by this.
  private boolean everything = true;
  private List<String> keys = new ArrayList<>();
  private boolean busy;

  KeptCopy(CatalogTable table, ReferenceSettings settings) {
    this.table = table;
    this.settings = settings;
    this.sql = new TableSql(table.definition());
    this.key = table.definition().keyColumns();
  }

  CatalogTable table() {
    return table;
  }

  @Override
  public TableSnapshot rows() {
    Problem over = problem;
    if (over != null) {
      throw over.toException();
    }
    return Objects.requireNonNull(rows, table.name());
  }

  /** The rows; null if they were never read, or not all could be kept. */
  @Nullable TableSnapshot known() {
    return rows;
  }

  /** Whether it will never have rows again. */
  boolean isOver() {
    return problem != null || unread;
  }

  /** Everything may have changed. */
  synchronized void forget() {
    everything = true;
    keys = new ArrayList<>();
  }

  /**
   * These keys' rows have changed.
   *
   * @param array of keys, as JSON; empty: of all
   */
  synchronized void changed(String array) {
    if (array.isEmpty() || keys.size() == MOST_WAITING) {
      forget();
    } else if (!everything) {
      keys.add(array);
    }
  }

  /** Whether there is something to be read, and whoever asks is to do it. */
  synchronized boolean begin() {
    if (busy || isOver() || (!everything && keys.isEmpty())) {
      return false;
    }
    busy = true;
    return true;
  }

  /** Ends the reading that {@link #begin} began; whether another one has to follow at once. */
  synchronized boolean again() {
    busy = false;
    return begin();
  }

  /** Ends it because it was left: everything is to be read, later. */
  synchronized void left() {
    busy = false;
    forget();
  }

  /** Ends it because it has failed; whoever waits for its first rows is told, and asks anew. */
  void failed(Throwable failure) {
    left();
    unread = rows == null;
    loaded.tryEmitError(failure);
  }

  /** Completes when its rows were read for the first time, or it is over. */
  Mono<Void> loaded() {
    return loaded.asMono();
  }

  /** Reads what has changed. */
  Mono<Void> read(Connection connection) {
    List<String> wanted;
    synchronized (this) {
      wanted = everything ? null : keys;
      everything = false;
      keys = new ArrayList<>();
    }
    TableSnapshot before = rows;
    return (wanted == null || before == null ? all(connection) : of(connection, before, wanted))
        .doOnNext(this::show)
        .onErrorResume(KeptCopy::isLasting, this::end)
        .doOnSuccess(nothing -> loaded.tryEmitEmpty())
        .then();
  }

  private void show(TableSnapshot now) {
    if (now.size() > settings.maxRows() || now.bytes() > settings.maxBytes()) {
      throw tooLarge();
    }
    rows = now;
  }

  private static boolean isLasting(Throwable failure) {
    return failure instanceof ProblemException || failure instanceof R2dbcBadGrammarException;
  }

  /** Nobody joins with it any more. */
  private Mono<TableSnapshot> end(Throwable failure) {
    problem =
        failure instanceof ProblemException known
            ? known.problem()
            : Problem.of(
                ProblemCode.STREAM_CHANGED,
                "the table " + table.name() + " cannot be read any more: " + failure.getMessage());
    rows = null;
    return Mono.empty();
  }

  private ProblemException tooLarge() {
    return Problem.of(
            ProblemCode.TABLE_TOO_LARGE,
            "the table "
                + table.name()
                + " has more than "
                + settings.maxRows()
                + " rows, or more than "
                + settings.maxBytes()
                + " bytes: a table that streams are joined with is kept in memory; make it smaller, or"
                + " raise sluice.tables.max-rows or sluice.tables.max-bytes")
        .toException();
  }

  private Mono<TableSnapshot> all(Connection connection) {
    Statement statement = connection.createStatement(sql.all()).fetchSize(FETCH);
    return Flux.from(statement.execute())
        .concatMap(result -> result.map(row -> row(row, 0)), 1)
        .collect(Gathered::new, Gathered::add)
        .map(gathered -> TableSnapshot.of(table.definition(), gathered.rows));
  }

  /** Rows on their way; bounded before they are all there. */
  private final class Gathered {
    final List<TableRow> rows = new ArrayList<>();
    private long bytes;

    void add(TableRow row) {
      bytes += row.bytes();
      if (rows.size() == settings.maxRows() || bytes > settings.maxBytes()) {
        throw tooLarge();
      }
      rows.add(row);
    }
  }

  private Mono<TableSnapshot> of(Connection connection, TableSnapshot before, List<String> wanted) {
    return Flux.from(
            connection
                .createStatement(sql.ofKeys())
                .bind(0, wanted.toArray(String[]::new))
                .execute())
        .concatMap(result -> result.map(this::change), 1)
        .collectList()
        .map(before::with);
  }

  private TableSnapshot.Change change(Readable row) {
    TableDefinition of = table.definition();
    @Nullable Object[] values = new @Nullable Object[of.fields().size()];
    for (int k = 0; k < key.length; k++) {
      values[key[k]] = value(of.fields().get(key[k]), row, k);
    }
    boolean there = row.get(key.length + key[0]) != null;
    return new TableSnapshot.Change(new TableRow(values, key), there ? row(row, key.length) : null);
  }

  /**
   * @param first column of the row
   */
  private TableRow row(Readable row, int first) {
    List<Field> fields = table.definition().fields();
    @Nullable Object[] values = new @Nullable Object[fields.size()];
    for (int f = 0; f < values.length; f++) {
      values[f] = value(fields.get(f), row, first + f);
    }
    return new TableRow(values, key);
  }

  private static @Nullable Object value(Field field, Readable row, int column) {
    FieldType type = field.type();
    return switch (type) {
      case STRING -> {
        String text = row.get(column, String.class);
        yield text == null ? null : text.getBytes(UTF_8);
      }
      case LONG -> row.get(column, Long.class);
      case DOUBLE -> row.get(column, Double.class);
      case BOOLEAN -> {
        Boolean flag = row.get(column, Boolean.class);
        yield flag == null ? null : flag ? 1L : 0L;
      }
      case TIMESTAMP -> {
        OffsetDateTime time = row.get(column, OffsetDateTime.class);
        yield time == null ? null : time.toInstant().toEpochMilli();
      }
    };
  }
}
