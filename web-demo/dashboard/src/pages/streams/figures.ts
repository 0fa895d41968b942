import type { RunningQuery, StreamWithStatus } from '../../api';
import type { QuerySpec } from '../../connection';

/** What the queries of a stream say of it together. */
export interface QueryFigures {
  queries: number;
  subscribers: number;
  /** Events that were too late for a window: of the query that has seen most of them. */
  late: number | null;
  /** Of the query that is furthest behind. */
  lagEvents: number | null;
}

export function queryFigures(queries: readonly RunningQuery[]): QueryFigures {
  const all = queries.flatMap(({ computations }) => computations);
  return {
    queries: queries.length,
    subscribers: all.reduce((sum, { subscribers }) => sum + subscribers, 0),
    late: most(all.map(({ accounting }) => accounting.late ?? null)),
    lagEvents: most(all.map((computation) => computation['lag-events'])),
  };
}

function most(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Milliseconds that the watermark is behind now; null where it is not known, or tells of another time. */
export function watermarkAge(stream: StreamWithStatus, now: number): number | null {
  const { watermark } = stream.status;
  return watermark === null || stream.historical ? null : Math.max(0, now - Date.parse(watermark));
}

/** Events a second of the last minutes; null for a stream whose events are of another time. */
export function rateQuery(stream: Pick<StreamWithStatus, 'name' | 'time' | 'historical'>): QuerySpec | null {
  if (stream.historical) {
    return null;
  }
  const time = identifier(stream.time ?? '_ingested');
  return {
    sql: `SELECT COUNT(*) AS events FROM ${identifier(stream.name)} GROUP BY TUMBLE(${time}, INTERVAL '1' SECOND)`,
    from: '-5m',
  };
}

/** A name as SQL takes it: quoted where it may be a word of the language. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
