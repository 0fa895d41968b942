package dev.sluice.views.merge;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.sql.SqlPlanner;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Views over a stream {@code log(k, v, ts)}, as a catalog would have them. */
final class TestViews implements MergedViews, Streams {
  private static final CatalogStream LOG =
      stream(
          "log",
          0,
          1,
          List.of(
              new Field("k", FieldType.STRING, true),
              new Field("v", FieldType.LONG, true),
              new Field("ts", FieldType.TIMESTAMP, false)),
          "ts");

  private final Map<Long, MergedView> views = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile long revision;

  private static CatalogStream stream(
      String name, long generation, int partitions, List<Field> fields, @Nullable String time) {
    StreamDefinition definition =
        new StreamDefinition(
            name,
            fields,
            new Identity(null, null, Duration.ZERO),
            new EventTime(
                time, false, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), null, null),
            new Storage(partitions, Duration.ofDays(1)),
            StreamDefinition.UnknownFields.REJECT);
    return new CatalogStream(definition, 7, generation, Instant.EPOCH);
  }

  /** A view that nobody has heard of yet. */
  MergedView plan(long generation, String name, String sql, int partitions) {
    PreparedQuery prepared = new SqlPlanner(this).plan(sql);
    QueryPlan plan = prepared.plan();
    List<Field> fields = new ArrayList<>();
    for (int c = 0; c < prepared.names().size(); c++) {
      fields.add(new Field(prepared.names().get(c), plan.output().get(c).type(), true));
    }
    return new MergedView(
        generation, stream(name, generation, partitions, fields, null), plan, null);
  }

  /** Makes a view known. */
  MergedView add(MergedView view) {
    views.put(view.generation(), view);
    revision = Math.max(revision, view.generation());
    listeners.forEach(Runnable::run);
    return view;
  }

  MergedView add(long generation, String sql) {
    return add(plan(generation, "view_" + generation, sql, 1));
  }

  void remove(MergedView view) {
    views.remove(view.generation());
    revision++;
    listeners.forEach(Runnable::run);
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public boolean has(long generation) {
    return views.containsKey(generation);
  }

  @Override
  public @Nullable MergedView find(long generation) {
    return views.get(generation);
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public @Nullable CatalogStream find(String name) {
    return name.equals("log") ? LOG : null;
  }

  @Override
  public Collection<CatalogStream> all() {
    return List.of(LOG);
  }

  @Override
  public void onChange(Consumer<String> listener) {
    throw new UnsupportedOperationException("the planner does not listen");
  }
}
