package dev.sluice.engine.conformance;

import dev.sluice.engine.conformance.ConformanceInput.Entry.Kind;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stream and what is in its log.
 *
 * @param placed whether the entries say which partition they are in; if not, any will do, as long
 *     as events of one key stay together
 */
public record ConformanceInput(StreamDefinition stream, boolean placed, List<Entry> entries) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int PARTITIONS = 3;
  private static final int MOST_TOGETHER = 5;

  /** Past everything. */
  public static final Instant END = Instant.parse("2100-01-01T00:00:00Z");

  /**
   * @param partition -1: any
   * @param key of an event; null: none
   * @param json an event as it is sent, or a watermark
   */
  public record Entry(int partition, Kind kind, @Nullable JsonNode key, String json) {
    public enum Kind {
      EVENT,
      WATERMARK,
      JUNK
    }
  }

  /** Takes the entries in the order of each partition. */
  public interface Log {
    /** Events that come together, as a JSON array. */
    void send(int partition, String json);

    void punctuate(int partition, Instant watermark);

    /** A record that is no event. */
    void junk(int partition);
  }

  static ConformanceInput read(String name, List<String> lines) {
    StreamDefinition stream = null;
    StringBuilder definition = new StringBuilder();
    List<Entry> entries = new ArrayList<>();
    for (String line : lines) {
      if (stream == null) {
        definition.append(line);
        if (line.endsWith("}")) {
          stream = StreamJson.parse(name, definition.toString().getBytes(StandardCharsets.UTF_8));
        }
      } else {
        entries.add(entry(stream, line.strip()));
      }
    }
    if (stream == null) {
      throw new IllegalArgumentException("no definition of the input " + name);
    }
    int last = entries.stream().mapToInt(Entry::partition).max().orElse(-1);
    return new ConformanceInput(stream, last >= 0, List.copyOf(entries))
        .as(name, last < 0 ? PARTITIONS : last + 1);
  }

  /**
   * The same under another name, in so many partitions.
   *
   * @param partitions must be those of the entries, if they say which they are in
   */
  public ConformanceInput as(String name, int partitions) {
    StreamDefinition named =
        new StreamDefinition(
            name,
            stream.fields(),
            stream.identity(),
            stream.time(),
            new Storage(partitions, stream.storage().retention()),
            stream.unknown());
    return new ConformanceInput(named, placed, entries);
  }

  private static Entry entry(StreamDefinition stream, String line) {
    int partition = -1;
    String what = line;
    if (Character.isDigit(line.charAt(0))) {
      int blank = line.indexOf(' ');
      partition = Integer.parseInt(line.substring(0, blank));
      what = line.substring(blank + 1).strip();
    }
    if (what.equals("junk")) {
      return new Entry(partition, Kind.JUNK, null, "");
    }
    if (what.startsWith("watermark ")) {
      return new Entry(partition, Kind.WATERMARK, null, what.substring("watermark ".length()));
    }
    JsonNode values = JSON.readTree(what);
    ObjectNode event = JSON.createObjectNode();
    List<Field> fields = stream.fields();
    if (values.size() != fields.size()) {
      throw new IllegalArgumentException("not " + fields.size() + " values: " + line);
    }
    for (int i = 0; i < fields.size(); i++) {
      event.set(fields.get(i).name(), values.get(i));
    }
    String key = stream.identity().key();
    return new Entry(partition, Kind.EVENT, key == null ? null : event.get(key), event.toString());
  }

  /** Writes the log as chance has it: in which partitions, if it may, and what comes together. */
  public void write(Log log, Random random) {
    int count = stream.storage().partitions();
    List<List<String>> together = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      together.add(new ArrayList<>());
    }
    Map<JsonNode, Integer> places = new HashMap<>();
    for (Entry entry : entries) {
      int partition = partition(entry, places, random);
      List<String> waiting = together.get(partition);
      if (entry.kind() == Kind.EVENT) {
        waiting.add(entry.json());
      }
      if (entry.kind() != Kind.EVENT || random.nextInt(MOST_TOGETHER) == 0) {
        flush(log, partition, waiting);
      }
      if (entry.kind() == Kind.WATERMARK) {
        log.punctuate(partition, Instant.parse(entry.json()));
      } else if (entry.kind() == Kind.JUNK) {
        log.junk(partition);
      }
    }
    for (int p = 0; p < count; p++) {
      flush(log, p, together.get(p));
      log.punctuate(p, END);
    }
  }

  private int partition(Entry entry, Map<JsonNode, Integer> places, Random random) {
    int count = stream.storage().partitions();
    if (placed) {
      return entry.partition();
    }
    return entry.key() == null
        ? random.nextInt(count)
        : places.computeIfAbsent(entry.key(), key -> random.nextInt(count));
  }

  private static void flush(Log log, int partition, List<String> waiting) {
    if (!waiting.isEmpty()) {
      log.send(partition, waiting.toString());
      waiting.clear();
    }
  }

  /** The events as PostgreSQL's COPY takes them. */
  String csv() {
    StringBuilder csv = new StringBuilder();
    for (Entry entry : entries) {
      if (entry.kind() == Kind.EVENT) {
        JsonNode event = JSON.readTree(entry.json());
        List<String> values = new ArrayList<>();
        for (Field field : stream.fields()) {
          JsonNode value = event.get(field.name());
          values.add(Postgres.quoted(value.isNull() ? null : text(field, value)));
        }
        csv.append(String.join(",", values)).append('\n');
      }
    }
    return csv.toString();
  }

  private static String text(Field field, JsonNode value) {
    String text = value.asString();
    return field.type() == FieldType.TIMESTAMP ? text.replace("Z", "") : text;
  }
}
