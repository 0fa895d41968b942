package dev.sluice.engine.sql;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.table.TableDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Two streams to ask about, and two tables to join them with. */
final class Readings implements Streams {
  /** The fields are $0 to $7, in this order. */
  static final StreamDefinition READINGS =
      stream(
          "readings",
          "ts",
          new Field("device", FieldType.STRING, false),
          new Field("seq", FieldType.LONG, false),
          new Field("ts", FieldType.TIMESTAMP, false),
          new Field("temperature", FieldType.DOUBLE, true),
          new Field("humidity", FieldType.DOUBLE, true),
          new Field("ok", FieldType.BOOLEAN, true),
          new Field("note", FieldType.STRING, true),
          new Field("calibrated", FieldType.TIMESTAMP, true));

  static final StreamDefinition TIMELESS =
      stream("timeless", null, new Field("time", FieldType.TIMESTAMP, true));

  private static final List<CatalogTable> TABLES =
      List.of(
          table(
              "devices",
              List.of("device"),
              new Field("device", FieldType.STRING, false),
              new Field("site", FieldType.STRING, true),
              new Field("limit_c", FieldType.DOUBLE, true),
              new Field("active", FieldType.BOOLEAN, true)),
          table(
              "places",
              List.of("site", "floor"),
              new Field("floor", FieldType.LONG, false),
              new Field("site", FieldType.STRING, false),
              new Field("what", FieldType.STRING, true)));

  private static CatalogTable table(String name, List<String> key, Field... fields) {
    return new CatalogTable(new TableDefinition(name, List.of(fields), key), 1, Instant.EPOCH);
  }

  private static StreamDefinition stream(String name, @Nullable String time, Field... fields) {
    return new StreamDefinition(
        name,
        List.of(fields),
        new Identity(null, null, Duration.ZERO),
        new EventTime(time, false, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), null, null),
        new Storage(1, Duration.ofDays(1)),
        StreamDefinition.UnknownFields.REJECT);
  }

  private static CatalogStream entry(StreamDefinition stream) {
    return new CatalogStream(stream, 1, 1, Instant.EPOCH);
  }

  @Override
  public @Nullable CatalogStream find(String name) {
    return all().stream().filter(s -> s.definition().name().equals(name)).findAny().orElse(null);
  }

  @Override
  public Collection<CatalogStream> all() {
    return List.of(entry(READINGS), entry(TIMELESS));
  }

  @Override
  public Collection<CatalogTable> tables() {
    return TABLES;
  }

  @Override
  public void onChange(Consumer<String> listener) {
    // they never change
  }
}
