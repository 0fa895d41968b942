package dev.sluice.engine.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.expression.Literals;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.FieldType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** LISTAGG and ARRAY_AGG: the values that are not NULL, in the order of their events. */
final class Lists implements Accumulator {
  private final Aggregate.Function function;
  private final ListElement element;
  private final byte[] separator;
  private final byte[] before;
  private final byte[] after;
  private final long most;
  private @Nullable EventList[] lists = new EventList[0];
  private long bytes;

  private Lists(
      Aggregate.Function function,
      ListElement element,
      byte[] separator,
      String before,
      String after,
      long most) {
    this.function = function;
    this.element = element;
    this.separator = separator;
    this.before = before.getBytes(UTF_8);
    this.after = after.getBytes(UTF_8);
    this.most = most;
  }

  static Lists of(Aggregate aggregate, FieldType type) {
    long most = Literals.whole(aggregate.parameters().get(0));
    return aggregate.function() == Aggregate.Function.LISTAGG
        ? new Lists(
            aggregate.function(),
            ListElement.TEXT,
            Literals.utf8(aggregate.parameters().get(1)),
            "",
            "",
            most)
        : new Lists(
            aggregate.function(), ListElement.json(type), ",".getBytes(UTF_8), "[", "]", most);
  }

  @Override
  public void grow(int groups) {
    lists = Arrays.copyOf(lists, groups);
  }

  @Override
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    long[] nulls = argument.nulls();
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      if (!Bitmap.get(nulls, row)) {
        add(
            slots[i],
            order.time()[row],
            order.partition(),
            order.offset()[row],
            element.of(argument, row));
      }
    }
  }

  private void add(int slot, long time, int partition, long offset, byte[] text) {
    EventList list = lists[slot];
    if (list == null) {
      list = new EventList();
      lists[slot] = list;
      bytes += EventList.OVERHEAD;
    }
    if (list.size() >= most) {
      throw Problem.of(
              ProblemCode.QUERY_STATE_LIMIT,
              function
                  + " holds more than "
                  + most
                  + " values of one group: group by more, use shorter windows, or raise"
                  + " sluice.query.max-list-values")
          .toException();
    }
    list.add(time, partition, offset, text);
    bytes += EventList.PER_EVENT + text.length;
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    Lists more = (Lists) other;
    for (int i = 0; i < count; i++) {
      EventList list = more.lists[i];
      for (int e = 0; list != null && e < list.size(); e++) {
        add(slots[i], list.time(e), list.partition(e), list.offset(e), list.text(e));
      }
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    EventList list = lists[slot];
    out.putInt(list == null ? 0 : list.size());
    for (int e = 0; list != null && e < list.size(); e++) {
      out.putLong(list.time(e)).putInt(list.partition(e)).putLong(list.offset(e));
      out.putBytes(list.text(e));
    }
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    for (int i = in.getInt(); i > 0; i--) {
      add(slot, in.getLong(), in.getInt(), in.getLong(), StateWriter.bytes(in));
    }
  }

  @Override
  public Column results(int[] slots) {
    byte[] @Nullable [] results = new byte[slots.length][];
    for (int i = 0; i < slots.length; i++) {
      EventList list = lists[slots[i]];
      results[i] = list == null ? null : joined(list);
    }
    return Texts.column(results);
  }

  private byte[] joined(EventList list) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(before);
    int[] ordered = list.ordered();
    for (int i = 0; i < ordered.length; i++) {
      if (i > 0) {
        text.writeBytes(separator);
      }
      text.writeBytes(list.text(ordered[i]));
    }
    text.writeBytes(after);
    return text.toByteArray();
  }

  @Override
  public long bytes() {
    return bytes + 4L * lists.length;
  }
}
