package dev.sluice.engine.query;

import static dev.sluice.engine.query.PortableQuery.select;
import static dev.sluice.engine.query.PortableQuery.total;

import java.time.Duration;
import java.util.List;

/** Questions about {@link BusDay}, of every kind that PostgreSQL can answer too. */
final class BusDayQueries {
  private static final Duration SECONDS_30 = Duration.ofSeconds(30);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MINUTES_5 = Duration.ofMinutes(5);
  private static final Duration MINUTES_10 = Duration.ofMinutes(10);
  static final Duration HOUR = Duration.ofHours(1);
  private static final Duration HOURS_6 = Duration.ofHours(6);

  private BusDayQueries() {}

  static List<PortableQuery> all() {
    return List.of(
        // Filter and projection.
        select("bus, seq, ts, route, trip, speed, lat, lon, headsign, moving, noted")
            .where("seq < 500"),
        select("seq, speed").where("speed > 20"),
        select("seq, speed").where("NOT speed > 20"),
        select("seq, headsign").where("headsign = ''"),
        select("seq, noted").where("headsign IS NULL OR noted IS NULL AND route IS NOT NULL"),
        select("seq, lat, lon, lat - lon AS d, lat * lon AS p, -lon AS m").where("lon < -97.8"),
        select(
                "seq, route + trip AS a, trip / route AS q, MOD(trip, route) AS r, trip - route * 2 AS s")
            .where("route > 0 AND seq BETWEEN 100 AND 900"),
        select("seq, headsign").where("headsign LIKE '%BOUND'"),
        select("seq, headsign").where("headsign NOT LIKE '_O%' AND seq > 11000"),
        select("seq, headsign").where("headsign LIKE '%!_way 50!%' ESCAPE '!'"),
        select("seq, headsign").where("headsign LIKE '_ express' OR headsign LIKE 'S_d%'"),
        select("seq, route").where("route IN (1, 7, 300, 801)"),
        select("seq, route").where("route NOT IN (1, 7, 300, 801) AND seq < 3000"),
        select("seq, headsign").where("headsign IN ('', 'CLOCKWISE', 'Südwärts')"),
        select("seq").where("speed BETWEEN 3.5 AND 4.5 OR speed NOT BETWEEN 0 AND 25"),
        select(
                "seq, CASE WHEN speed > 15 THEN 'fast' WHEN speed > 5 THEN 'middling' WHEN speed IS NULL THEN NULL ELSE 'slow' END AS pace,"
                    + " CASE route WHEN 1 THEN 10 WHEN 7 THEN 70 END AS line")
            .where("MOD(seq, 7) = 3"),
        select(
                "seq, COALESCE(headsign, 'none') AS h, COALESCE(speed, -1) AS s, COALESCE(noted, ts) AS n, NULLIF(route, 7) AS r")
            .where("MOD(seq, 5) = 0"),
        select(
                "seq, UPPER(headsign) AS u, LOWER(headsign) AS l, CHAR_LENGTH(headsign) AS n, SUBSTRING(headsign, 2, 3) AS s")
            .where("MOD(seq, 3) = 1"),
        select("seq, bus || '/' || headsign AS id, TRIM(' ' || headsign || ' ') AS t")
            .where("MOD(seq, 9) = 1"),
        select(
                "seq, ABS(lon) AS a, FLOOR(lon) AS f, CEIL(lon) AS c, ROUND(lon) AS r, ROUND(lon, 2) AS r2, ROUND(speed, 1) AS s1")
            .where("MOD(seq, 6) = 2"),
        select(
                "seq, ABS(route - 300) AS a, FLOOR(speed) AS f, CEIL(speed) AS c, ROUND(speed * 2) AS r")
            .where("MOD(seq, 8) = 5"),
        select(
                "seq, CAST(speed AS BIGINT) AS whole, CAST(bus AS BIGINT) + 1 AS n, CAST(route AS DOUBLE PRECISION) / 7 AS d,"
                    + " CAST(trip AS VARCHAR) || '!' AS t, CAST(lat AS VARCHAR) AS lat, CAST(moving AS VARCHAR) AS m")
            .where("MOD(seq, 4) = 0"),
        select("seq, ts, ts + INTERVAL '90' SECOND AS later, noted - INTERVAL '1' DAY AS before")
            .where(
                "ts >= TIMESTAMP '2015-03-08 18:00:00' AND ts < TIMESTAMP '2015-03-08 18:20:00'"),
        select("seq, moving").where("moving"),
        select("seq, moving").where("moving IS NOT TRUE AND seq > 9000"),
        select(
                "seq, speed > 5 AND route > 100 AS both_of, speed > 5 OR route > 100 AS either, NOT moving AS n")
            .where("MOD(seq, 10) = 7"),
        select(
                "seq, noted < ts - INTERVAL '2' MINUTE AS old, headsign > 'N' AS late_in_alphabet, speed = 0 AS stands")
            .where("MOD(seq, 11) = 7"),
        select("seq").where("(speed > 3) IS NULL AND headsign <> 'SOUTHBOUND'"),
        // Running totals.
        total("COUNT(*) AS n"),
        total(
            "COUNT(*) AS n, COUNT(speed) AS c, SUM(speed) AS s, AVG(speed) AS a, MIN(speed) AS mi, MAX(speed) AS ma"),
        total(
            "SUM(trip) AS s, AVG(trip) AS a, MIN(route) AS mi, MAX(route) AS ma, COUNT(route) AS c"),
        total("COUNT(*) AS n, SUM(speed) AS s, MIN(headsign) AS m, AVG(route) AS a")
            .where("speed > 1000"),
        total(
            "MIN(headsign) AS a, MAX(headsign) AS b, MIN(noted) AS c, MAX(noted) AS d, MIN(moving) AS e, MAX(moving) AS f, COUNT(noted) AS g"),
        total("route, COUNT(*) AS n, AVG(speed) AS v").by("route"),
        total("headsign, COUNT(*) AS n, MAX(lon) AS m").by("headsign"),
        total("moving, route, COUNT(*) AS n, SUM(lat) AS s")
            .by("moving", "route")
            .having("COUNT(*) > 20"),
        total("CHAR_LENGTH(headsign) AS l, COUNT(*) AS n").by("CHAR_LENGTH(headsign)"),
        total("FLOOR(speed) AS f, COUNT(*) AS n").where("speed IS NOT NULL").by("FLOOR(speed)"),
        total("speed, COUNT(*) AS n").where("speed < 3").by("speed").having("COUNT(*) > 1"),
        total("noted, COUNT(*) AS n").by("noted").having("COUNT(*) >= 15"),
        total(
            "SUM(CASE WHEN moving THEN 1 ELSE 0 END) AS m, SUM(CASE WHEN speed > 10 THEN speed END) AS f, COUNT(CASE WHEN route = 7 THEN 1 END) AS seven"),
        total(
            "STDDEV_POP(speed) AS sp, STDDEV_SAMP(lon) AS sl, VAR_POP(lat) AS vl, VAR_SAMP(route) AS vr, STDDEV_SAMP(trip) AS st"),
        total(
            "COUNT(DISTINCT headsign) AS h, COUNT(DISTINCT route) AS r, COUNT(DISTINCT speed) AS s, SUM(DISTINCT route) AS sr, AVG(DISTINCT speed) AS a"),
        // Windows.
        total("COUNT(*) AS n").tumble(SECONDS_30),
        total("COUNT(*) AS n, MIN(ts) AS first, MAX(ts) AS last").tumble(MINUTE),
        total(
                "COUNT(*) AS n, COUNT(speed) AS c, SUM(speed) AS s, AVG(speed) AS a, MIN(speed) AS mi, MAX(speed) AS ma")
            .tumble(MINUTES_5),
        total("SUM(lon) AS s, AVG(lon) AS a, MIN(lon) AS mi, MAX(lon) AS ma").tumble(HOUR),
        total(
                "SUM(trip) AS s, AVG(trip) AS a, SUM(route) AS r, AVG(route) AS ar, MIN(trip) AS mi, MAX(trip) AS ma")
            .tumble(HOUR),
        total("MIN(headsign) AS a, MAX(headsign) AS b, MIN(bus) AS c, MAX(bus) AS d")
            .tumble(MINUTES_10),
        total(
                "MIN(moving) AS a, MAX(moving) AS b, MIN(noted) AS c, MAX(noted) AS d, COUNT(moving) AS e")
            .tumble(MINUTES_10),
        total("route, COUNT(*) AS n, AVG(speed) AS v").tumble(MINUTES_5).by("route"),
        total("bus, COUNT(*) AS n, MAX(speed) AS v").tumble(MINUTE).by("bus"),
        total("headsign, COUNT(*) AS n, SUM(speed) AS s").tumble(HOUR).by("headsign"),
        total("moving, headsign, route, COUNT(*) AS n, AVG(lat) AS a")
            .tumble(HOUR)
            .by("moving", "headsign", "route"),
        total("COUNT(*) AS n, AVG(speed) AS v")
            .tumble(MINUTES_10)
            .by("route")
            .having("COUNT(*) > 10 AND AVG(speed) > 5"),
        total(
                "route, MAX(speed) - MIN(speed) AS spread, SUM(speed) / COUNT(*) AS mean, 100 * COUNT(speed) / COUNT(*) AS percent")
            .tumble(HOUR)
            .by("route"),
        total(
                "CASE WHEN speed > 10 THEN 'fast' WHEN speed >= 0 THEN 'slow' END AS pace, COUNT(*) AS n")
            .tumble(MINUTES_10)
            .by("CASE WHEN speed > 10 THEN 'fast' WHEN speed >= 0 THEN 'slow' END"),
        total("UPPER(COALESCE(headsign, '?')) AS h, COUNT(*) AS n")
            .where("headsign IS NULL OR headsign <> ''")
            .tumble(HOUR)
            .by("UPPER(COALESCE(headsign, '?'))"),
        total("MOD(route, 10) AS r, FLOOR(lat * 10) AS cell, COUNT(*) AS n")
            .where("route IS NOT NULL")
            .tumble(HOUR)
            .by("MOD(route, 10)", "FLOOR(lat * 10)"),
        total("noted, COUNT(*) AS n").tumble(MINUTES_5).by("noted").having("COUNT(*) > 3"),
        total("ROUND(speed) AS kmh, COUNT(*) AS n").tumble(HOURS_6).by("ROUND(speed)"),
        total(
                "route, SUM(CASE WHEN moving THEN 1 ELSE 0 END) AS m, SUM(speed * 3.6) AS kmh, AVG(ABS(lon)) AS l")
            .where("headsign LIKE '%BOUND' AND speed IS NOT NULL")
            .tumble(Duration.ofMinutes(15))
            .by("route")
            .having("SUM(CASE WHEN moving THEN 1 ELSE 0 END) > 2 OR MIN(lon) < -97.75"),
        total(
                "bus || ':' || CAST(route AS VARCHAR) AS id, COUNT(*) AS n, MIN(seq) AS a, MAX(seq) AS b")
            .tumble(HOURS_6)
            .by("bus || ':' || CAST(route AS VARCHAR)"),
        total("COUNT(*) AS n, AVG(speed) AS v")
            .where("speed > 20")
            .tumble(Duration.ofSeconds(7))
            .by("bus"),
        total("route, STDDEV_SAMP(speed) AS s, VAR_POP(speed * 3.6) AS v, VAR_SAMP(trip) AS t")
            .tumble(MINUTES_10)
            .by("route"),
        total(
                "moving, COUNT(DISTINCT bus) AS b, COUNT(DISTINCT noted) AS n, SUM(DISTINCT speed) AS s, MAX(DISTINCT lat) AS m")
            .tumble(MINUTES_5)
            .by("moving"),
        total(
                "COUNT(*) FILTER (WHERE moving) AS m, SUM(speed) FILTER (WHERE route > 100) AS s, COUNT(DISTINCT bus) FILTER (WHERE speed > 5) AS b,"
                    + " AVG(1 / speed) FILTER (WHERE speed <> 0) AS a, MIN(headsign) FILTER (WHERE lon < -97.75) AS h")
            .tumble(HOUR),
        total("moving, COUNT(*) AS n").tumble(Duration.ofDays(1)).by("moving"),
        total("route, COUNT(*) AS n, MAX(headsign) AS h")
            .where("route IN (1, 7, 801) OR headsign = 'CLOCKWISE'")
            .tumble(Duration.ofMinutes(7))
            .by("route"),
        // Hopping windows: slides that divide the size, and that do not.
        total("COUNT(*) AS n").hop(MINUTE, MINUTES_5),
        total("COUNT(*) AS n, SUM(speed) AS s, AVG(lon) AS a, MIN(headsign) AS h, MAX(noted) AS m")
            .hop(MINUTES_5, Duration.ofMinutes(13)),
        total("route, COUNT(*) AS n, AVG(speed) AS v, COUNT(DISTINCT bus) AS b")
            .hop(MINUTES_10, HOUR)
            .by("route")
            .having("COUNT(*) > 4"),
        total("bus, COUNT(*) AS n, MIN(seq) AS a, MAX(seq) AS b")
            .where("speed > 10")
            .hop(Duration.ofSeconds(70), Duration.ofMinutes(3))
            .by("bus"),
        total("moving, headsign, COUNT(*) AS n, SUM(trip) AS s")
            .hop(HOUR, HOURS_6)
            .by("moving", "headsign"),
        // Sessions.
        total("COUNT(*) AS n, MIN(ts) AS first, MAX(ts) AS last").session(Duration.ofSeconds(8)),
        total("bus, COUNT(*) AS n, AVG(speed) AS v, MIN(seq) AS a, MAX(seq) AS b")
            .session(Duration.ofMinutes(3))
            .by("bus"),
        total("route, headsign, COUNT(*) AS n, COUNT(DISTINCT bus) AS d, MAX(noted) AS m")
            .session(MINUTES_10)
            .by("route", "headsign")
            .having("COUNT(*) > 2"),
        total("bus, COUNT(*) AS n, SUM(speed) AS s")
            .where("moving")
            .session(Duration.ofMinutes(4))
            .by("bus"));
  }
}
