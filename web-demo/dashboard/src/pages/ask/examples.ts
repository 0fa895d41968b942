import type { Field, Stream } from '../../api';
import { quoted } from './completion';
import { NOTHING_ASKED, type Question } from './question';

export interface Example {
  title: string;
  about: string;
  question: Question;
}

const NUMERIC = new Set(['DOUBLE', 'LONG']);

/** Of the demo's buses if they are there, then of every stream, from its definition. */
export function examples(streams: readonly Stream[]): { stream: string; examples: Example[] }[] {
  const sorted = [...streams].sort((a, b) => Number(b.name === 'buses') - Number(a.name === 'buses'));
  return sorted.map((stream) => ({
    stream: stream.name,
    examples: stream.name === 'buses' && hasAll(stream, BUS_FIELDS) ? BUSES : ofStream(stream),
  }));
}

const BUS_FIELDS = ['bus', 'ts', 'route', 'speed', 'latitude', 'longitude'];

const BUSES: Example[] = [
  example(
    'Busiest routes, every 10 seconds',
    'Early rows first, then final ones',
    `SELECT route, COUNT(*) AS reports, AVG(speed) * 3.6 AS avg_kmh
FROM buses
WHERE route IS NOT NULL
GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), route
ORDER BY reports DESC LIMIT 8`,
    { from: '-5m', emit: 'changes' },
  ),
  example(
    'Reports per second',
    'The whole fleet, the last five minutes and on',
    `SELECT COUNT(*) AS reports, COUNT(DISTINCT bus) AS buses
FROM buses
GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)`,
    { from: '-5m' },
  ),
  example(
    'The last hour in a minute',
    'A replay at 60 times the speed',
    `SELECT COUNT(*) AS reports, AVG(speed) * 3.6 AS avg_kmh, APPROX_PERCENTILE(speed, 0.95) * 3.6 AS p95_kmh
FROM buses
GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)`,
    { from: '-1h', speed: '60' },
  ),
  example(
    'Fast buses, as they report',
    'A filter, without a window',
    `SELECT bus, route, ROUND(speed * 3.6, 1) AS kmh, latitude, longitude, ts
FROM buses
WHERE speed * 3.6 > 80`,
    { from: '-1m' },
  ),
  example(
    'Moving averages',
    'The last minute, every ten seconds',
    `SELECT route, AVG(speed) * 3.6 AS avg_kmh, STDDEV(speed) * 3.6 AS spread
FROM buses
WHERE route IN ('7', '10', '20', '801', '803')
GROUP BY HOP(ts, INTERVAL '10' SECOND, INTERVAL '1' MINUTE), route`,
    { from: '-10m' },
  ),
  example(
    'Stops and starts',
    'How long each bus drives without a pause of 30 s',
    `SELECT bus, COUNT(*) AS reports, MAX(speed) * 3.6 AS top_kmh
FROM buses
WHERE speed > 0
GROUP BY SESSION(ts, INTERVAL '30' SECOND), bus
HAVING COUNT(*) >= 5`,
    { from: '-5m' },
  ),
  example(
    'A window on a window',
    'The busiest second of each minute',
    `SELECT MAX(n) AS most, AVG(n) AS mean
FROM (SELECT COUNT(*) AS n FROM buses GROUP BY TUMBLE(ts, INTERVAL '1' SECOND))
GROUP BY TUMBLE(window_end, INTERVAL '1' MINUTE)`,
    { from: '-15m' },
  ),
  example(
    'A report, and done',
    'Routes of the last 15 minutes; it ends',
    `SELECT route, COUNT(DISTINCT bus) AS buses, COUNT(*) AS reports, MAX(speed) * 3.6 AS top_kmh
FROM buses
WHERE route IS NOT NULL
GROUP BY route
ORDER BY reports DESC`,
    { from: '-15m', to: 'now' },
  ),
];

/** What can be asked of any stream. */
function ofStream(stream: Stream): Example[] {
  const from = quoted(stream.name);
  const number = stream.fields.find(({ name, type }) => NUMERIC.has(type) && name !== stream.id && name !== stream.key);
  const found = [
    example(`Events of ${stream.name}`, 'As they come', `SELECT *\nFROM ${from}`, { from: '-1m' }),
    example(`How many of ${stream.name}`, 'A total that runs', `SELECT COUNT(*) AS events\nFROM ${from}`, {
      from: '-15m',
      emit: 'changes',
    }),
  ];
  if (!stream.time) {
    return found;
  }
  const time = quoted(stream.time);
  const window = `TUMBLE(${time}, INTERVAL '10' SECOND)`;
  found.splice(
    1,
    0,
    example(
      `Rate of ${stream.name}`,
      'Every 10 seconds',
      `SELECT COUNT(*) AS events\nFROM ${from}\nGROUP BY ${window}`,
      {
        from: '-15m',
      },
    ),
  );
  if (number) {
    found.splice(2, 0, statistics(stream, number, from, window));
  }
  return found;
}

function statistics(stream: Stream, { name }: Field, from: string, window: string): Example {
  const x = quoted(name);
  const key = stream.key ? quoted(stream.key) : undefined;
  const columns = `AVG(${x}) AS mean, MIN(${x}) AS least, MAX(${x}) AS most, COUNT(*) AS events`;
  return example(
    `${name}${stream.key ? ` per ${stream.key}` : ''}`,
    'Every 10 seconds, early rows too',
    `SELECT ${key ? `${key}, ` : ''}${columns}\nFROM ${from}\nGROUP BY ${window}${key ? `, ${key}` : ''}`,
    { from: '-15m', emit: 'changes' },
  );
}

function hasAll({ fields }: Stream, names: readonly string[]): boolean {
  return names.every((name) => fields.some((field) => field.name === name));
}

function example(title: string, about: string, sql: string, more: Partial<Question>): Example {
  return { title, about, question: { ...NOTHING_ASKED, sql, ...more } };
}
