package dev.sluice.engine.view;

import dev.sluice.engine.expression.InputColumn;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.stream.ViewSource;
import dev.sluice.model.stream.ViewSource.Kind;
import dev.sluice.model.view.ViewDefinition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The stream that a view's rows are. */
final class ViewStream {
  private ViewStream() {}

  /**
   * @param partitions of a view that groups; one of single events has those of what it reads
   */
  static StreamDefinition of(ViewDefinition view, ViewPlan plan, int partitions) {
    StreamDefinition source = plan.plan().stream();
    ViewSource read = source.view();
    boolean events = plan.kind() == Kind.DERIVED;
    boolean recorded = read == null ? source.time().historical() : read.recorded();
    boolean ends = events ? read != null && read.ends() : plan.kind() == Kind.WINDOWED;
    return new StreamDefinition(
        view.name(),
        plan.fields(),
        new Identity(null, null, Duration.ZERO),
        time(plan),
        new Storage(events ? source.storage().partitions() : partitions, view.retention()),
        UnknownFields.REJECT,
        new ViewSource(plan.kind(), recorded, ends));
  }

  /**
   * Rows of events come out of order as those do. Rows of groups come in the order of their times,
   * whatever a clock says: the watermark goes by them alone, as a historical stream's does.
   */
  private static EventTime time(ViewPlan plan) {
    EventTime source = plan.plan().stream().time();
    boolean events = plan.kind() == Kind.DERIVED;
    return new EventTime(
        field(plan),
        !events || source.historical(),
        events ? source.lateness() : Duration.ZERO,
        events ? source.maxSkew() : StreamJson.DEFAULT_MAX_SKEW,
        source.idleTimeout(),
        null,
        null);
  }

  /** The column that is the rows' time, or ends with it; null if none is. */
  private static @Nullable String field(ViewPlan plan) {
    QueryPlan query = plan.plan();
    Grouping grouping = query.grouping();
    String source = query.stream().time().field();
    int column =
        switch (plan.kind()) {
          case WINDOWED ->
              grouping == null ? -1 : grouping.keys().size() + grouping.aggregates().size() + 1;
          case TOTAL -> -1;
          case DERIVED -> source == null ? -1 : query.stream().indexOf(source);
        };
    for (int i = 0; i < plan.fields().size(); i++) {
      Field field = plan.fields().get(i);
      if (query.output().get(i) instanceof InputColumn input && input.index() == column) {
        return field.name();
      }
    }
    return null;
  }
}
