package dev.sluice.standalone;

import dev.sluice.model.view.WebhookReach;
import dev.sluice.views.PipelineSettings;
import dev.sluice.views.PipelineSettings.Merging;
import dev.sluice.views.PipelineSettings.Planning;
import dev.sluice.views.PipelineSettings.Postgres;
import dev.sluice.views.PipelineSettings.Reading;
import dev.sluice.views.PipelineSettings.Servers;
import dev.sluice.views.PipelineSettings.Tables;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.unit.DataSize;

/**
 * How views are kept; see {@link PipelineSettings}. Read as the gateway reads its own: from
 * arguments, system properties and the environment.
 */
@ConfigurationProperties("sluice.views")
record ViewsProperties(
    @DefaultValue("4") int partitions,
    @DefaultValue("200ms") Duration flush,
    @DefaultValue("32MB") DataSize maxBytes,
    @DefaultValue("100ms") Duration commitInterval,
    @DefaultValue("1") int mergeThreads,
    @DefaultValue("0") int standbys,
    @DefaultValue("1000000") long maxGroups,
    @DefaultValue("256MB") DataSize maxState) {

  /**
   * @param arguments {@code --sluice.some.setting=value}
   */
  static PipelineSettings read(String kafka, String postgres, List<String> arguments) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new SimpleCommandLinePropertySource(arguments.toArray(String[]::new)));
    Binder binder = Binder.get(environment);
    Servers servers =
        new Servers(
            kafka,
            bound(binder, "sluice.kafka.replication-factor", Short.class, (short) -1),
            postgres(binder, postgres),
            binder.bind("sluice.schema-registry.url", String.class).orElse(null));
    Planning usual = Planning.DEFAULT;
    Tables small = Tables.DEFAULT;
    Tables tables =
        new Tables(
            bound(binder, "sluice.tables.max-rows", Integer.class, small.maxRows()),
            bound(
                    binder,
                    "sluice.tables.max-bytes",
                    DataSize.class,
                    DataSize.ofBytes(small.maxBytes()))
                .toBytes());
    int lists = bound(binder, "sluice.query.max-list-values", Integer.class, usual.maxListValues());
    int windows = bound(binder, "sluice.query.max-windows", Integer.class, usual.maxWindows());
    int dedupe =
        bound(binder, "sluice.dedupe.capacity", Integer.class, PipelineSettings.DEDUPE_CAPACITY);
    ViewsProperties own = binder.bindOrCreate("sluice.views", ViewsProperties.class);
    BindResult<List<String>> allowed =
        binder.bind("sluice.webhooks.allow", Bindable.listOf(String.class));
    WebhookReach reach = new WebhookReach(allowed.isBound() ? allowed.get() : List.of());
    return own.settings(servers, new Planning(own.partitions, lists, windows), tables, dedupe)
        .reaching(reach);
  }

  private static Postgres postgres(Binder binder, String url) {
    Postgres usual = Postgres.of(url);
    return new Postgres(
        url,
        bound(binder, "sluice.postgres.connections", Integer.class, usual.connections()),
        bound(binder, "sluice.postgres.timeout", Duration.class, usual.timeout()));
  }

  private static <T> T bound(Binder binder, String setting, Class<T> type, T otherwise) {
    BindResult<T> said = binder.bind(setting, type);
    return said.isBound() ? said.get() : otherwise;
  }

  private PipelineSettings settings(
      Servers servers, Planning views, Tables tables, int dedupeCapacity) {
    return new PipelineSettings(
        servers,
        views,
        tables,
        new Reading(flush, maxBytes.toBytes(), dedupeCapacity),
        new Merging(commitInterval, mergeThreads, standbys, maxGroups, maxState.toBytes()),
        WebhookReach.PUBLIC);
  }
}
