import type { QuerySpec } from '../../connection';

/** Every report as it comes, and enough of the past for trails. Speeds are recorded in metres a second. */
export const POSITIONS: QuerySpec = {
  sql: 'SELECT bus, route, headsign, ts, speed * 3.6 AS kmh, latitude, longitude FROM buses',
  from: '-45s',
};

/** Where buses have been, as one list each: of these the roads on the map emerge. Ends with what there is now. */
export const TRACKS: QuerySpec = {
  sql:
    'SELECT bus, route, ARRAY_AGG(ROUND(latitude, 5)) AS latitudes, ARRAY_AGG(ROUND(longitude, 5)) AS longitudes ' +
    'FROM buses WHERE route IS NOT NULL GROUP BY bus, route',
  from: '-15m',
  to: 'now',
};

/** Reports a second, final a lateness after the second has ended. */
export const RATE: QuerySpec = {
  sql: "SELECT COUNT(*) AS reports FROM buses GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)",
  from: '-5m',
};

const SPEEDS = 'COUNT(*) AS reports, AVG(speed) * 3.6 AS avg_kmh, APPROX_PERCENTILE(speed, 0.95) * 3.6 AS p95_kmh';

/** Early rows too: the newest ten seconds are seen as they fill. */
const AS_THEY_FILL: Partial<QuerySpec> = { from: '-10m', emit: 'changes', every: '1s' };

export const FLEET: QuerySpec = {
  sql: `SELECT COUNT(DISTINCT bus) AS buses, ${SPEEDS} FROM buses GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)`,
  ...AS_THEY_FILL,
};

export const ROUTES: QuerySpec = {
  sql: `SELECT route, ${SPEEDS} FROM buses WHERE route IS NOT NULL GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), route`,
  ...AS_THEY_FILL,
};

/** How long the windows of the routes' charts are, and how much of them is seen. */
export const WINDOWS = [
  { key: '10s', label: '10 s', interval: "'10'", span: 600, back: '-10m' },
  { key: '1s', label: '1 s', interval: "'1'", span: 120, back: '-2m' },
  { key: '0.1s', label: '0.1 s', interval: "'0.1'", span: 30, back: '-40s' },
] as const;

export type Windows = (typeof WINDOWS)[number];

export function windowsOf(key: string | null): Windows {
  return WINDOWS.find((windows) => windows.key === key) ?? WINDOWS[0];
}

/**
 * Some routes in finer windows than the table's, or null if these are the table's. A window in which a bus of the route said
 * nothing has what the last one had.
 */
export function fine({ key, interval, back }: Windows, routes: readonly string[]): QuerySpec | null {
  if (key === WINDOWS[0].key || routes.length === 0) {
    return null;
  }
  const names = [...routes].sort().map(literal).join(', ');
  return {
    sql: `SELECT route, ${SPEEDS} FROM buses WHERE route IN (${names}) GROUP BY TUMBLE(ts, INTERVAL ${interval} SECOND), route`,
    from: back,
    fill: 'previous',
    'fill-for': '30s',
  };
}

/** A bus's speed, at each of its reports. */
export function ofBus(bus: string): QuerySpec {
  return { sql: `SELECT ts, speed * 3.6 AS kmh FROM buses WHERE bus = ${literal(bus)}`, from: '-10m' };
}

export function ofRoute(route: string): QuerySpec {
  return {
    sql: `SELECT ${SPEEDS} FROM buses WHERE route = ${literal(route)} GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)`,
    ...AS_THEY_FILL,
  };
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
