package dev.sluice.gateway.audit;

import dev.sluice.engine.catalog.AuditRecord;
import dev.sluice.engine.catalog.AuditRecord.Change;
import dev.sluice.engine.catalog.Author;
import dev.sluice.gateway.own.OwnEvent;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events of {@link dev.sluice.gateway.own.OwnStreams#AUDIT}. */
final class AuditEvents {
  private AuditEvents() {}

  /** What is told as it happens. */
  static AuditRecord now(Clock clock, Author author, Change change) {
    return new AuditRecord(UUID.randomUUID().toString(), clock.instant(), author, change);
  }

  static OwnEvent of(AuditRecord audited) {
    return of(audited, null);
  }

  /**
   * @param leftOut how many such were not told before it; null where all are told
   */
  static OwnEvent of(AuditRecord audited, @Nullable Long leftOut) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("ts", audited.at());
    values.put("id", audited.id());
    values.put("subject", audited.author().subject());
    values.put("face", audited.author().face());
    values.put("address", audited.author().address());
    values.put("action", audited.change().action());
    values.put("kind", audited.change().kind());
    values.put("name", audited.change().name());
    values.put("outcome", audited.change().outcome());
    values.put("before", audited.change().before());
    values.put("after", audited.change().after());
    values.put("left_out", leftOut);
    return new OwnEvent(values);
  }
}
