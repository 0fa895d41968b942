package dev.sluice.views;

import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.reference.ReferenceSettings;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.view.WebhookReach;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a process of the pipeline runs. Plain values: what they may be is said by whom they go to.
 *
 * @param servers what it runs on
 * @param views what they are planned with: the gateways' settings
 * @param tables how large reference tables may be
 * @param reading the first stage of each view
 * @param merging the second stage of all
 * @param webhooks where they may go
 */
public record PipelineSettings(
    Servers servers,
    Planning views,
    Tables tables,
    Reading reading,
    Merging merging,
    WebhookReach webhooks) {
  public static final int DEDUPE_CAPACITY = 4_000_000;

  /** Everything at its default. */
  public static PipelineSettings of(Servers servers) {
    return new PipelineSettings(
        servers,
        Planning.DEFAULT,
        Tables.DEFAULT,
        new Reading(Duration.ofMillis(200), 32L << 20, DEDUPE_CAPACITY),
        new Merging(Duration.ofMillis(100), 1, 0, 1_000_000, 256L << 20),
        WebhookReach.PUBLIC);
  }

  /** The same with webhooks that may go elsewhere. */
  public PipelineSettings reaching(WebhookReach other) {
    return new PipelineSettings(servers, views, tables, reading, merging, other);
  }

  /**
   * What it runs on.
   *
   * @param kafka {@code host:port,…}
   * @param replicationFactor of new topics; -1: the broker's default
   * @param schemaRegistry URL of one with Confluent's API; null: none
   */
  public record Servers(
      String kafka, short replicationFactor, Postgres postgres, @Nullable String schemaRegistry) {

    /**
     * Everything else at its default.
     *
     * @param postgres {@code postgresql://user:password@host:port/database}
     */
    public static Servers of(String kafka, String postgres) {
      return new Servers(kafka, (short) -1, Postgres.of(postgres), null);
    }

    @Override
    public String toString() {
      return "Servers[" + kafka + "]"; // no password in a log
    }
  }

  /**
   * Where the catalog is, and the views' tables.
   *
   * @param url {@code postgresql://user:password@host:port/database}
   * @param connections for the catalog
   * @param timeout for each statement of the catalog, and for a free connection
   */
  public record Postgres(String url, int connections, Duration timeout) {

    /** Everything else at its default. */
    public static Postgres of(String url) {
      CatalogSettings usual = CatalogSettings.of(url);
      return new Postgres(url, usual.connections(), usual.timeout());
    }

    CatalogSettings toSettings() {
      return new CatalogSettings(url, connections, timeout);
    }

    @Override
    public String toString() {
      return toSettings().toString(); // no password in a log
    }
  }

  /**
   * What views are planned with.
   *
   * @param partitions of a view that groups, where the topic between the stages is not there yet
   * @param maxListValues values of one group that LISTAGG or ARRAY_AGG may hold
   * @param maxWindows that an event may be in
   */
  public record Planning(int partitions, int maxListValues, int maxWindows) {
    public static final Planning DEFAULT =
        new Planning(
            ViewSettings.DEFAULT.partitions(),
            ViewSettings.DEFAULT.maxListValues(),
            ViewSettings.DEFAULT.maxWindows());

    ViewSettings toSettings() {
      return new ViewSettings(partitions, maxListValues, maxWindows);
    }
  }

  /**
   * How large a reference table may be that is joined.
   *
   * @param maxBytes of the heap, about
   */
  public record Tables(int maxRows, long maxBytes) {
    public static final Tables DEFAULT =
        new Tables(ReferenceSettings.DEFAULT_MAX_ROWS, ReferenceSettings.DEFAULT_MAX_BYTES);

    ReferenceSettings toSettings() {
      return new ReferenceSettings(maxRows, maxBytes);
    }
  }

  /**
   * @param flush after which what was read is handed on
   * @param maxBytes of heap for what a view has read and not handed on, about
   * @param dedupeCapacity most ids of a partition that a reader remembers
   */
  public record Reading(Duration flush, long maxBytes, int dedupeCapacity) {}

  /**
   * @param commit from one transaction to the next
   * @param threads of this process
   * @param standbys other processes that hold a copy of each store
   * @param maxGroups that a view may hold in one partition
   * @param maxState bytes of heap that they may take, about
   */
  public record Merging(
      Duration commit, int threads, int standbys, long maxGroups, long maxState) {}
}
