import type { QuerySpec } from '../../connection';

/** Reports a second, final a lateness after the second has ended. */
export const RATE: QuerySpec = {
  sql: "SELECT COUNT(*) AS reports FROM buses GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)",
  from: '-5m',
};

/** Speeds are recorded in metres a second. Early rows too: the newest ten seconds are seen as they fill. */
export const ROUTES: QuerySpec = {
  sql:
    'SELECT route, COUNT(*) AS reports, AVG(speed) * 3.6 AS avg_kmh, APPROX_PERCENTILE(speed, 0.95) * 3.6 AS p95_kmh ' +
    "FROM buses WHERE route IS NOT NULL GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), route",
  from: '-10m',
};
