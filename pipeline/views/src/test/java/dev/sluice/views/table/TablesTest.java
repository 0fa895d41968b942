package dev.sluice.views.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.view.ViewCatalog;
import dev.sluice.engine.view.ViewPlans;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.view.ViewJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tables as the catalog says, in two processes. */
class TablesTest {
  private static final String READINGS =
      """
      {"fields": [{"name": "device", "type": "STRING"}, {"name": "ts", "type": "TIMESTAMP"},
                  {"name": "t", "type": "DOUBLE", "nullable": true}],
       "key": "device", "time": "ts", "partitions": 2}""";

  private static TableBed bed;
  private static Catalog catalog;
  private static ViewCatalog views;

  @BeforeAll
  static void open() {
    bed = new TableBed(TestServers.kafka(), TestServers.postgres());
    catalog = Catalog.open(CatalogSettings.of(TestServers.postgres()), bed.log);
    views = new ViewCatalog(catalog, bed.log, ViewSettings.DEFAULT);
    catalog
        .declare(StreamJson.parse("table_readings", READINGS.getBytes(StandardCharsets.UTF_8)))
        .block(TableBed.LIMIT);
  }

  @AfterAll
  static void close() {
    views.close();
    catalog.close();
    bed.close();
  }

  @Test
  void aViewsTableComesIsSharedOutAndGoes() {
    CatalogView view = define("hot", true, "SELECT device, ts, t FROM table_readings WHERE t > 5");
    CatalogView none = define("tableless", false, "SELECT device, ts FROM table_readings");
    Flow flow = new Flow(new SimpleMeterRegistry());
    try (Tables first = tables(flow);
        Tables second = tables(new Flow(new SimpleMeterRegistry()))) {
      for (int i = 0; i < 200; i++) {
        bed.send(
            view.stream(),
            i % 2,
            "[{\"device\": \"d%d\", \"ts\": \"%s\", \"t\": %d}]"
                .formatted(i, Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i), i));
      }

      await()
          .atMost(TableBed.LIMIT)
          .untilAsserted(
              () ->
                  assertThat(bed.query("SELECT count(*), count(DISTINCT device) FROM views.hot"))
                      .containsExactly("200|200"));
      await()
          .atMost(TableBed.LIMIT)
          .until(() -> first.status(view) != null && first.status(view).lag() == 0);
      assertThat(first.status(view).failing()).isNull();
      assertThat(first.status(none)).isNull();
      assertThat(second.status(view)).isNotNull();
      assertThat(flow.hops()).anyMatch(hop -> "hot".equals(hop.label().stream()));

      catalog.deleteView("hot").block(TableBed.LIMIT);

      await()
          .atMost(TableBed.LIMIT)
          .until(
              () ->
                  bed.query("SELECT tablename FROM pg_tables WHERE schemaname = 'views'").stream()
                      .noneMatch("hot"::equals));
      assertThat(bed.query("SELECT 1 FROM sluice.view_tables WHERE view IN ('hot', 'tableless')"))
          .isEmpty();
    }
  }

  private static Tables tables(Flow flow) {
    ViewPlans plans = new ViewPlans(catalog, ViewSettings.DEFAULT);
    return new Tables(
        catalog,
        plans::of,
        bed.log,
        CatalogSettings.of(TestServers.postgres()),
        Clock.systemUTC(),
        flow);
  }

  private static CatalogView define(String name, boolean table, String sql) {
    String json = "{\"sql\": \"%s\", \"table\": %s}".formatted(sql, table);
    return views
        .declare(ViewJson.parse(name, json.getBytes(StandardCharsets.UTF_8)))
        .block(TableBed.LIMIT)
        .view();
  }
}
