package dev.sluice.standalone;

import java.nio.file.Path;

/** What is printed when all is ready: where it is, and three commands to try. */
final class Greeting {
  private static final String LAUNCHER = System.getProperty("sluice.launcher", "deployment/sluice");

  private Greeting() {}

  static String demo(House house) {
    return addresses(house)
        + """
          A fleet of recorded buses sends to the stream buses. Try, in another terminal:

            curl -N%4$s%5$s --get '%1$s/v1/query' -H 'Accept: text/event-stream' --data-urlencode \\
              "sql=SELECT route, COUNT(*) AS reports, AVG(speed) AS avg_speed FROM buses GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), route"

            %2$s query%3$s "SELECT route, COUNT(*) AS reports, MAX(speed) AS top FROM buses GROUP BY TUMBLE(ts, INTERVAL '5' SECOND), route"

            %2$s stream show buses%3$s
          """
            .formatted(house.http(), LAUNCHER, server(house), trust(house), token(house));
  }

  static String up(House house) {
    return addresses(house)
        + """
          Try, in another terminal:

            curl%4$s%5$s -X PUT '%1$s/v1/streams/readings' -H 'Content-Type: application/json' -d \\
              '{"fields": [{"name": "device", "type": "STRING"}, {"name": "ts", "type": "TIMESTAMP"}, {"name": "temperature", "type": "DOUBLE"}], "key": "device", "time": "ts"}'

            %2$s query%3$s "SELECT device, COUNT(*) AS n, AVG(temperature) AS avg_t FROM readings GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device"

            curl%4$s%5$s '%1$s/v1/streams/readings/events' -H 'Content-Type: application/json' -d \\
              "{\\"device\\": \\"a\\", \\"ts\\": \\"$(date -u +%%Y-%%m-%%dT%%H:%%M:%%SZ)\\", \\"temperature\\": 21.5}"
          """
            .formatted(house.http(), LAUNCHER, server(house), trust(house), token(house));
  }

  private static String addresses(House house) {
    return """
        Sluice is at %s
          RSocket     %s:%d
          Kafka       %s
          PostgreSQL  %s
          data        %s

        """
        .formatted(
            house.http(),
            house.host(),
            house.rsocketPort(),
            house.kafka(),
            house.postgres(),
            house.data());
  }

  /** The command line takes the token from there by itself. */
  private static String token(House house) {
    return house.gateway().asksForTokens() ? " -H \"Authorization: Bearer $SLUICE_TOKEN\"" : "";
  }

  /** The command line's option for another place than its default. */
  private static String server(House house) {
    return house.http().equals("http://localhost:8080")
        ? ""
        : " --url " + house.http() + trust(house);
  }

  /** What curl and the command line call alike: the certificate to trust. */
  private static String trust(House house) {
    Path certificate = house.gateway().certificate();
    return certificate == null ? "" : " --cacert '" + certificate + "'";
  }
}
