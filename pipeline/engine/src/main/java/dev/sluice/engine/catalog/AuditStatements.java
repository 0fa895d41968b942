package dev.sluice.engine.catalog;

import dev.sluice.engine.catalog.AuditRecord.Change;
import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.table.TableJson;
import dev.sluice.model.view.ViewJson;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The statements on what is to be told of changes. A change is noted by its own transaction: either
 * both are there, or neither is.
 */
record AuditStatements(Statements statements) {
  private static final String STREAM = "stream";
  private static final String VIEW = "view";
  private static final String TABLE = "table";

  Mono<Void> declared(Connection connection, Optional<Found> before, Declared declared) {
    return declared.outcome() == Outcome.UNCHANGED
        ? Mono.empty()
        : note(
            connection,
            new Change(
                "put",
                STREAM,
                declared.stream().definition().name(),
                text(declared.outcome()),
                before.map(AuditStatements::json).orElse(null),
                StreamJson.toJson(declared.stream().definition()).toString()));
  }

  Mono<Void> declared(
      Connection connection, Optional<Found> before, DeclaredView declared, boolean anew) {
    return declared.outcome() == Outcome.UNCHANGED
        ? Mono.empty()
        : note(
            connection,
            new Change(
                anew ? "rebuild" : "put",
                VIEW,
                declared.view().name(),
                declared.building() ? "building" : text(declared.outcome()),
                before.map(AuditStatements::json).orElse(null),
                json(declared.view())));
  }

  Mono<Void> declared(
      Connection connection, @Nullable CatalogTable before, CatalogTable after, Outcome outcome) {
    return note(
        connection,
        new Change(
            "put",
            TABLE,
            after.name(),
            text(outcome),
            before == null ? null : json(before),
            json(after)));
  }

  Mono<Void> deleted(Connection connection, Found found) {
    String kind = found.isView() ? VIEW : STREAM;
    return note(connection, new Change("delete", kind, found.name(), "deleted", json(found), null));
  }

  Mono<Void> deleted(Connection connection, CatalogTable table) {
    return note(
        connection, new Change("delete", TABLE, table.name(), "deleted", json(table), null));
  }

  Mono<Void> buildCancelled(Connection connection, String view) {
    return note(connection, new Change("cancel-build", VIEW, view, "deleted", null, null));
  }

  Mono<Void> buildFinished(Connection connection, Found before, CatalogView after) {
    return note(
        connection,
        new Change("finish-build", VIEW, after.name(), "changed", json(before), json(after)));
  }

  private static String text(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private static String json(Found found) {
    CatalogView view = found.view();
    return view == null ? StreamJson.toJson(found.stream().definition()).toString() : json(view);
  }

  /** Without the webhook's secret. */
  private static String json(CatalogView view) {
    return ViewJson.toJson(view.definition()).toString();
  }

  private static String json(CatalogTable table) {
    return TableJson.toJson(table.definition()).toString();
  }

  /** Notes what the transaction changes, as of whoever asked for it. */
  Mono<Void> note(Connection connection, Change change) {
    return Mono.deferContextual(context -> insert(connection, Author.in(context), change));
  }

  private Mono<Void> insert(Connection connection, Author author, Change change) {
    Statement statement =
        connection
            .createStatement(
                "INSERT INTO sluice.audit_outbox"
                    + " (subject, face, address, action, kind, name, outcome, before, after)"
                    + " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind("$1", author.subject())
            .bind("$2", author.face())
            .bind("$4", change.action())
            .bind("$5", change.kind())
            .bind("$6", change.name())
            .bind("$7", change.outcome());
    bind(statement, "$3", author.address());
    bind(statement, "$8", change.before());
    bind(statement, "$9", change.after());
    return statements.change(statement);
  }

  private static void bind(Statement statement, String name, @Nullable String value) {
    if (value == null) {
      statement.bindNull(name, String.class);
    } else {
      statement.bind(name, value);
    }
  }

  /** Whether nobody else hands on what is noted until the transaction's end. */
  Mono<Boolean> tryLock(Connection connection) {
    return statements
        .rows(
            connection.createStatement(
                "SELECT pg_try_advisory_xact_lock(hashtextextended('sluice.audit', 0)) AS mine"),
            row -> Boolean.TRUE.equals(row.get("mine", Boolean.class)))
        .single();
  }

  /** What was noted first. */
  Mono<List<AuditRecord>> first(Connection connection, int most) {
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT id, at, subject, face, address, action, kind, name, outcome, before, after"
                        + " FROM sluice.audit_outbox ORDER BY id LIMIT $1")
                .bind("$1", most),
            AuditStatements::read)
        .collectList();
  }

  private static AuditRecord read(Readable row) {
    return new AuditRecord(
        Long.toString(Statements.number(row, "id")),
        Objects.requireNonNull(row.get("at", OffsetDateTime.class)).toInstant(),
        new Author(
            Statements.text(row, "subject"),
            Statements.text(row, "face"),
            row.get("address", String.class)),
        new Change(
            Statements.text(row, "action"),
            Statements.text(row, "kind"),
            Statements.text(row, "name"),
            Statements.text(row, "outcome"),
            row.get("before", String.class),
            row.get("after", String.class)));
  }

  Mono<Void> delete(Connection connection, List<AuditRecord> records) {
    return statements.change(
        connection
            .createStatement("DELETE FROM sluice.audit_outbox WHERE id = ANY ($1)")
            .bind(
                "$1",
                records.stream().map(audited -> Long.valueOf(audited.id())).toArray(Long[]::new)));
  }
}
