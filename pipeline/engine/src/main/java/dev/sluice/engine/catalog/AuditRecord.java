package dev.sluice.engine.catalog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who changed what.
 *
 * @param id the same however often it is handed on
 */
public record AuditRecord(String id, Instant at, Author author, Change change) {

  /**
   * What was changed.
   *
   * @param action a verb
   * @param kind of what it was done to: stream, view, table …
   * @param outcome what became of it
   * @param before the definition that was there, as JSON without secrets; null: none
   * @param after the one that is there now; null: none
   */
  public record Change(
      String action,
      String kind,
      String name,
      String outcome,
      @Nullable String before,
      @Nullable String after) {}
}
