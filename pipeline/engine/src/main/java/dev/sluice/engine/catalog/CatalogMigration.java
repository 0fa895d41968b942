package dev.sluice.engine.catalog;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/** Brings the database's tables to what this version needs. Blocks; several may do it at once. */
final class CatalogMigration {
  private CatalogMigration() {}

  static void run(CatalogSettings settings) {
    PostgresUrl url = settings.parsedUrl();
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {url.host()});
    source.setPortNumbers(new int[] {url.port()});
    source.setDatabaseName(url.database());
    source.setUser(url.user());
    source.setPassword(url.password());
    source.setConnectTimeout(Math.max(1, (int) settings.timeout().toSeconds()));
    try {
      Flyway.configure(Catalog.class.getClassLoader())
          .dataSource(source)
          .locations("classpath:dev/sluice/engine/catalog/migration")
          .schemas(CatalogTables.SCHEMA)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new IllegalStateException(
          "the catalog's database " + url + " cannot be used: " + e.getMessage(), e);
    }
  }
}
