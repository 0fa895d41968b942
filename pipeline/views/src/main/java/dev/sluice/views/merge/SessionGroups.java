package dev.sluice.views.merge;

import dev.sluice.engine.aggregate.StateMerger;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.query.WrittenGroups;
import dev.sluice.views.delta.Delta;
import dev.sluice.views.merge.OpenSessions.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Sessions: the open ones of a group are one entry, before all ends. Another entry without a value
 * says when they are to be looked at; it is left where it is when a session grows, and looked at
 * once too early.
 */
final class SessionGroups implements MergedGroups {
  private static final byte[] NOTHING = new byte[0];

  private final long generation;
  private final Session window;
  private final GroupStore store;
  private final StateMerger merger;
  private final WrittenGroups ended;
  private final RowWriter rows;

  SessionGroups(MergedView view, Session window, GroupStore store, RowWriter rows) {
    this.generation = view.generation();
    this.window = window;
    this.store = store;
    this.merger = new StateMerger(view.grouping());
    this.ended = new WrittenGroups(view.plan());
    this.rows = rows;
  }

  @Override
  public void add(Delta delta, long time) {
    Bytes key = sessionsOf(delta.group());
    byte[] before = store.get(key);
    OpenSessions sessions = before == null ? OpenSessions.NONE : OpenSessions.read(before);
    Part merged = new Part(delta.start(), delta.end(), delta.state());
    List<Part> parts = new ArrayList<>();
    for (Part part : sessions.parts()) {
      if (window.joins(part.first(), part.last(), delta.start(), delta.end())) {
        merged = merged.with(part, merger);
      } else {
        parts.add(part);
      }
    }
    parts.add(merged);
    keep(delta.group(), before, sessions.due(), parts);
  }

  private void keep(byte[] group, byte @Nullable [] before, long dueBefore, List<Part> parts) {
    long due = Math.min(dueBefore, leastEnd(parts));
    if (due < dueBefore) {
      if (dueBefore != Long.MAX_VALUE) {
        store.remove(dueOf(group, dueBefore), NOTHING);
      }
      store.put(dueOf(group, due), null, NOTHING);
    }
    store.put(sessionsOf(group), before, new OpenSessions(due, parts).write());
  }

  private long leastEnd(List<Part> parts) {
    return parts.stream().mapToLong(Part::last).min().orElseThrow() + window.gap();
  }

  @Override
  public void close(long before, long through) {
    store.each(
        StoreKey.from(generation, StoreKey.BEFORE_ALL + 1),
        StoreKey.after(generation, through),
        (key, nothing) -> {
          store.remove(key, nothing);
          closeOf(StoreKey.group(key), through);
        });
    ended.send(rows::ofWindow);
  }

  private void closeOf(byte[] group, long through) {
    Bytes key = sessionsOf(group);
    byte[] before = Objects.requireNonNull(store.get(key), "sessions that are due");
    List<Part> open = new ArrayList<>();
    for (Part part : OpenSessions.read(before).parts()) {
      long end = part.last() + window.gap();
      if (end <= through) {
        ended.add(part.first(), end, group, part.state());
      } else {
        open.add(part);
      }
    }
    if (open.isEmpty()) {
      store.remove(key, before);
    } else {
      keep(group, before, Long.MAX_VALUE, open);
    }
  }

  private Bytes sessionsOf(byte[] group) {
    return StoreKey.of(generation, StoreKey.BEFORE_ALL, StoreKey.BEFORE_ALL, group);
  }

  private Bytes dueOf(byte[] group, long due) {
    return StoreKey.of(generation, due, StoreKey.BEFORE_ALL, group);
  }
}
