package dev.sluice.views.merge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.aggregate.GroupTable;
import dev.sluice.engine.aggregate.Inputs;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Tumble;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import dev.sluice.views.delta.Delta;
import dev.sluice.views.delta.Partial;
import dev.sluice.views.delta.Watermarks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a source partition's events are for the merge, put together the plain way. */
final class FirstStage {
  static final long LATENESS = 10;

  private final MergedView view;
  private final int partitions;
  private final long[] watermarks;
  private final List<Event> waiting = new ArrayList<>();
  private long offset;

  /** An event of {@code log(k, v, ts)}, with its partition's watermark before it. */
  record Event(int partition, String key, long time, long value, long watermark, long offset) {}

  private record Place(long start, long end, String key) {}

  FirstStage(MergedView view, int partitions) {
    this.view = view;
    this.partitions = partitions;
    this.watermarks = new long[partitions];
    Arrays.fill(watermarks, Long.MIN_VALUE);
  }

  Event add(int partition, String key, long time, long value) {
    Event event = new Event(partition, key, time, value, watermarks[partition], offset++);
    waiting.add(event);
    punctuate(partition, time - LATENESS);
    return event;
  }

  void punctuate(int partition, long watermark) {
    watermarks[partition] = Math.max(watermarks[partition], watermark);
  }

  /** One transaction of the member that reads a partition. */
  List<Partial> flush(int partition) {
    List<Event> own = waiting.stream().filter(e -> e.partition == partition).toList();
    waiting.removeAll(own);
    Map<Place, List<Event>> places =
        new TreeMap<>(
            Comparator.comparingLong(Place::start)
                .thenComparingLong(Place::end)
                .thenComparing(Place::key));
    Window window = view.grouping().window();
    if (window instanceof Session session) {
      sessions(session, own, places);
    } else {
      own.forEach(e -> place(window, e, places));
    }
    List<Partial> partials = new ArrayList<>();
    places.forEach((place, events) -> partials.add(delta(place, events)));
    if (watermarks[partition] != Long.MIN_VALUE) {
      partials.add(
          new Watermarks(view.generation(), partitions, Map.of(partition, watermarks[partition])));
    }
    return partials;
  }

  private static void place(Window window, Event e, Map<Place, List<Event>> places) {
    if (window == null) {
      put(places, new Place(Long.MAX_VALUE, Long.MAX_VALUE, e.key), e);
    } else if (window instanceof Tumble tumble) {
      long start = tumble.startAtOrBefore(e.time);
      if (e.watermark < start + tumble.size()) {
        put(places, new Place(start, start + tumble.size(), e.key), e);
      }
    } else if (window instanceof Hop hop && e.watermark < hop.lastEnd(e.time)) {
      long first = hop.endAfter(e.time);
      long end = e.watermark < first ? first : hop.endAfter(e.watermark);
      put(places, new Place(hop.paneOf(e.time), end, e.key), e);
    }
  }

  private static void sessions(Session window, List<Event> events, Map<Place, List<Event>> places) {
    Map<String, List<Event>> byKey = new TreeMap<>();
    events.stream()
        .filter(e -> e.time >= e.watermark)
        .sorted(Comparator.comparingLong(Event::time))
        .forEach(e -> byKey.computeIfAbsent(e.key, k -> new ArrayList<>()).add(e));
    byKey.forEach(
        (key, ordered) -> {
          int from = 0;
          for (int i = 1; i <= ordered.size(); i++) {
            if (i == ordered.size()
                || ordered.get(i).time - ordered.get(i - 1).time >= window.gap()) {
              List<Event> session = ordered.subList(from, i);
              places.put(new Place(session.get(0).time, ordered.get(i - 1).time, key), session);
              from = i;
            }
          }
        });
  }

  private static void put(Map<Place, List<Event>> places, Place place, Event event) {
    places.computeIfAbsent(place, p -> new ArrayList<>()).add(event);
  }

  private Delta delta(Place place, List<Event> events) {
    int count = events.size();
    byte[][] texts = events.stream().map(e -> e.key.getBytes(UTF_8)).toArray(byte[][]::new);
    int[] codes = new int[count];
    Arrays.setAll(codes, i -> i);
    long[] times = events.stream().mapToLong(Event::time).toArray();
    long[] values = events.stream().mapToLong(Event::value).toArray();
    long[] offsets = events.stream().mapToLong(Event::offset).toArray();
    Column[] columns = {
      new StringColumn(codes, texts, count, null),
      new LongColumn(FieldType.LONG, values, null),
      new LongColumn(FieldType.TIMESTAMP, times, null)
    };
    EventBatch batch =
        new EventBatch(
            events.get(0).partition,
            0,
            count,
            count,
            columns,
            new EventBatch.LogColumns(offsets, times, times, times, null, null),
            0,
            new EventBatch.Undecodable(new long[0], new long[0]));
    Rows rows = Rows.all(columns, count);
    GroupTable table = new GroupTable(view.grouping());
    table.add(Inputs.of(view.grouping(), rows, batch), rows.selected(), count);
    return new Delta(view.generation(), table.key(0), place.start, place.end, table.state(0));
  }
}
