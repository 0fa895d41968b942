package dev.sluice.model.violation;

import dev.sluice.engine.catalog.Streams;
import java.sql.Timestamp;
import org.jspecify.annotations.Nullable;

/** Breaks the rules of dependency, to show that they bite. */
public final class KnowsTheEngine {
  @Nullable Streams above;
  @Nullable Timestamp sql;
}
