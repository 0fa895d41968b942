package dev.sluice.engine.catalog;

import dev.sluice.engine.catalog.ViewState.Merged;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the processes of the pipeline say of their views, where every process can read it. What is
 * not repeated is forgotten.
 *
 * <p>Everything fails with CATALOG_UNAVAILABLE while PostgreSQL is away.
 */
public final class ViewStates {
  /** Who says nothing for longer is taken to be gone. */
  public static final Duration FORGOTTEN = Duration.ofSeconds(30);

  private final CatalogConnections connections;
  private final Duration timeout;

  ViewStates(CatalogConnections connections, Duration timeout) {
    this.connections = connections;
    this.timeout = timeout;
  }

  /**
   * Says how the views of a process are, in place of what it has said before.
   *
   * @param process tells it from all others
   * @param states of different views
   */
  public Mono<Void> tell(String process, List<ViewState> states) {
    return connections.using(
        connection ->
            Flux.from(
                    connection
                        .createStatement(
                            "WITH gone AS (DELETE FROM sluice.view_states WHERE process = $1 AND generation <> ALL ($2)"
                                + " OR process <> $1 AND seen < now() - $11 * INTERVAL '1 second')"
                                + " INSERT INTO sluice.view_states AS s SELECT t.generation, $1, now(), t.behind, t.code,"
                                + " t.detail, t.partitions, t.closed, t.groups, t.bytes, t.table_lag, t.webhook"
                                + " FROM unnest($2::bigint[], $3::boolean[], $4::text[], $5::text[], $6::integer[],"
                                + " $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $12::text[])"
                                + " AS t (generation, behind, code, detail, partitions, closed, groups, bytes, table_lag, webhook)"
                                + " ON CONFLICT (generation, process) DO UPDATE SET seen = excluded.seen,"
                                + " behind = excluded.behind, code = excluded.code, detail = excluded.detail,"
                                + " partitions = excluded.partitions, closed = excluded.closed,"
                                + " groups = excluded.groups, bytes = excluded.bytes, table_lag = excluded.table_lag,"
                                + " webhook = excluded.webhook")
                        .bind("$1", process)
                        .bind("$2", array(states, ViewState::generation, Long[]::new))
                        .bind("$3", array(states, ViewState::behind, Boolean[]::new))
                        .bind("$4", array(states, ViewStates::code, String[]::new))
                        .bind("$5", array(states, ViewStates::detail, String[]::new))
                        .bind("$6", array(states, s -> s.merged().partitions(), Integer[]::new))
                        .bind("$7", array(states, ViewStates::closed, Long[]::new))
                        .bind("$8", array(states, s -> s.merged().groups(), Long[]::new))
                        .bind("$9", array(states, s -> s.merged().bytes(), Long[]::new))
                        .bind("$10", array(states, ViewState::tableLag, Long[]::new))
                        .bind("$11", FORGOTTEN.toSeconds())
                        .bind("$12", array(states, s -> stored(s.webhookFailing()), String[]::new))
                        .execute())
                .concatMap(Result::getRowsUpdated, 1)
                .timeout(timeout)
                .then());
  }

  private static <T> T[] array(
      List<ViewState> states, Function<ViewState, @Nullable T> value, IntFunction<T[]> array) {
    return states.stream().map(value).toArray(array);
  }

  private static @Nullable String code(ViewState state) {
    return state.failure() == null ? null : state.failure().code().name();
  }

  private static @Nullable String detail(ViewState state) {
    return state.failure() == null ? null : stored(state.failure().detail());
  }

  /** PostgreSQL's text has no U+0000. */
  private static @Nullable String stored(@Nullable String text) {
    return text == null ? null : text.replace('\0', '\uFFFD');
  }

  private static @Nullable Long closed(ViewState state) {
    return state.merged().partitions() == 0 || state.merged().closed() == Long.MIN_VALUE
        ? null
        : Long.valueOf(state.merged().closed());
  }

  /** What is said now of each view, by its generation; of which nothing is said is not kept. */
  public Mono<Map<Long, ViewState>> all() {
    return connections.using(
        connection ->
            Flux.from(
                    connection
                        .createStatement(
                            "SELECT generation, behind, code, detail, partitions, closed, groups, bytes, table_lag, webhook"
                                + " FROM sluice.view_states WHERE seen >= now() - $1 * INTERVAL '1 second'"
                                + " ORDER BY generation, process")
                        .bind("$1", FORGOTTEN.toSeconds())
                        .execute())
                .concatMap(result -> result.map(ViewStates::state), 1)
                .timeout(timeout)
                .collect(
                    HashMap::new,
                    (views, state) -> views.merge(state.generation(), state, ViewState::with)));
  }

  private static ViewState state(Readable row) {
    int partitions = Objects.requireNonNull(row.get("partitions", Integer.class));
    Long closed = row.get("closed", Long.class);
    return new ViewState(
        number(row, "generation"),
        Boolean.TRUE.equals(row.get("behind", Boolean.class)),
        failure(row.get("code", String.class), row.get("detail", String.class)),
        partitions == 0
            ? Merged.NONE
            : new Merged(
                partitions,
                closed == null ? Long.MIN_VALUE : closed,
                number(row, "groups"),
                number(row, "bytes")),
        row.get("table_lag", Long.class),
        row.get("webhook", String.class));
  }

  private static @Nullable Problem failure(@Nullable String code, @Nullable String detail) {
    if (code == null) {
      return null;
    }
    try {
      return Problem.of(ProblemCode.valueOf(code), String.valueOf(detail));
    } catch (IllegalArgumentException e) {
      // A process of another version.
      return Problem.of(ProblemCode.INTERNAL, code + ": " + detail);
    }
  }

  /** How many rows a view's table has, about; empty if PostgreSQL has no such table. */
  public Mono<Long> tableRows(String view) {
    return connections.using(
        connection ->
            Flux.from(
                    connection
                        .createStatement(
                            "SELECT n_live_tup FROM pg_stat_user_tables WHERE schemaname = 'views' AND relname = $1")
                        .bind("$1", view)
                        .execute())
                .concatMap(result -> result.map(row -> number(row, "n_live_tup")), 1)
                .timeout(timeout)
                .next());
  }

  private static long number(Readable row, String column) {
    return Objects.requireNonNull(row.get(column, Long.class));
  }
}
