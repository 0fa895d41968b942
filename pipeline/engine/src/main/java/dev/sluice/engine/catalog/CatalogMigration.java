package dev.sluice.engine.catalog;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the database's tables to what this version needs, and reads what never changes. Blocks;
 * several may do it at once.
 */
final class CatalogMigration {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogMigration.class);

  private CatalogMigration() {}

  /** Returns the key that resume tokens are signed with. */
  static byte[] run(CatalogSettings settings) {
    PostgresUrl url = settings.parsedUrl();
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {url.host()});
    source.setPortNumbers(new int[] {url.port()});
    source.setDatabaseName(url.database());
    source.setUser(url.user());
    source.setPassword(url.password());
    source.setConnectTimeout(Math.max(1, (int) settings.timeout().toSeconds()));
    while (true) {
      byte[] key = migrated(source, url);
      if (key != null) {
        return key;
      }
    }
  }

  /** Null: the database was there, and has gone meanwhile. */
  private static byte @Nullable [] migrated(DataSource source, PostgresUrl url) {
    try {
      PostgresArrival.await(source, url);
      Flyway.configure(Catalog.class.getClassLoader())
          .dataSource(source)
          .locations("classpath:dev/sluice/engine/catalog/migration")
          .schemas(CatalogTables.SCHEMA)
          .load()
          .migrate();
      return resumeKey(source);
    } catch (FlywayException | SQLException e) {
      SQLException gone = PostgresArrival.gone(e);
      if (gone != null) {
        LOG.warn("PostgreSQL has gone while the catalog was looked at ({})", gone.getMessage());
        return null;
      }
      throw new IllegalStateException(
          "the catalog's database " + url + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static byte[] resumeKey(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet keys = statement.executeQuery("SELECT key FROM sluice.resume_key")) {
      if (!keys.next()) {
        throw new SQLException("sluice.resume_key has no row");
      }
      return keys.getBytes("key");
    }
  }
}
