package dev.sluice.benchmark.flink;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * The process's main: the tour's windowed query in Flink SQL, on a cluster within this process that
 * runs from the first question to the last, at parallelism 1, with objects reused, state on the
 * heap and no checkpoint.
 *
 * <p>A line {@value #ALL} asks it over the whole topic, {@value #NONE} over what comes after its
 * end, whose time is what a job's start and end take. The answer is its rows as JSON, a line each,
 * and {@code took} with the nanoseconds from asking to the last row.
 */
public final class FlinkSql {
  private static final String ALL = "readings";
  private static final String NONE = "nothing";
  private static final String QUERY =
      """
      SELECT window_start, device, AVG(temperature) AS avg_t, MAX(temperature) AS max_t, COUNT(*) AS n
      FROM TABLE(TUMBLE(TABLE %s, DESCRIPTOR(ts), INTERVAL '10' SECOND))
      WHERE humidity BETWEEN 0 AND 100
      GROUP BY window_start, window_end, device
      HAVING COUNT(*) >= 3""";

  private final TableEnvironment tables;

  private FlinkSql(URI cluster) {
    Configuration configuration = new Configuration();
    configuration.set(DeploymentOptions.TARGET, "remote");
    configuration.set(RestOptions.ADDRESS, cluster.getHost());
    configuration.set(RestOptions.PORT, cluster.getPort());
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, 1);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    tables =
        TableEnvironment.create(
            EnvironmentSettings.newInstance().withConfiguration(configuration).build());
  }

  /**
   * @param arguments Kafka's servers, the topic, the Avro schema of its values
   */
  public static void main(String[] arguments) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.ADDRESS, "127.0.0.1");
    try (MiniCluster cluster =
            new MiniCluster(
                new MiniClusterConfiguration.Builder()
                    .setConfiguration(configuration)
                    .setCommonBindAddress("127.0.0.1")
                    .withRandomPorts()
                    .build());
        BufferedReader questions =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintWriter answers =
            new PrintWriter(
                new BufferedWriter(
                    new OutputStreamWriter(
                        new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8)))) {
      cluster.start();
      FlinkSql sql = new FlinkSql(cluster.getRestAddress().get());
      sql.declare(ALL, "earliest-offset", arguments);
      sql.declare(NONE, "latest-offset", arguments);
      String table;
      while ((table = questions.readLine()) != null) {
        sql.answer(table, answers);
      }
    }
  }

  /**
   * Has the columns alone that are asked for. Each partition has a watermark of its own, so that
   * reading one ahead makes nothing late.
   */
  private void declare(String table, String from, String[] log) {
    tables.executeSql(
        """
        CREATE TABLE %s (
          device STRING NOT NULL,
          ts TIMESTAMP(3) NOT NULL,
          temperature DOUBLE,
          humidity DOUBLE,
          WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
        ) WITH (
          'connector' = 'kafka',
          'properties.bootstrap.servers' = '%s',
          'properties.max.poll.records' = '8192',
          'topic' = '%s',
          'scan.startup.mode' = '%s',
          'scan.bounded.mode' = 'latest-offset',
          'value.format' = '%s',
          'value.%s.schema' = '%s'
        )"""
            .formatted(table, log[0], log[1], from, FramedAvro.NAME, FramedAvro.NAME, log[2]));
  }

  private void answer(String table, PrintWriter answers) throws Exception {
    List<Row> rows = new ArrayList<>();
    long began = System.nanoTime();
    try (CloseableIterator<Row> result = tables.executeSql(QUERY.formatted(table)).collect()) {
      result.forEachRemaining(rows::add);
    }
    long took = System.nanoTime() - began;
    rows.forEach(row -> answers.println(json(row)));
    answers.println("took " + took);
    answers.flush();
  }

  private static String json(Row row) {
    return "{\"row\":{\"window_start\":\"%s\",\"device\":\"%s\",\"avg_t\":%s,\"max_t\":%s,\"n\":%s}}"
        .formatted(
            ((LocalDateTime) row.getFieldAs(0)).toInstant(ZoneOffset.UTC),
            row.getField(1),
            row.getField(2),
            row.getField(3),
            row.getField(4));
  }
}
