import { expect, it } from 'vitest';
import type { Computation, RunningQuery, StreamWithStatus } from '../../api';
import { queryFigures, rateQuery, watermarkAge } from './figures';

function query(computations: Partial<Computation>[]): RunningQuery {
  return { computations } as RunningQuery;
}

function stream(more: Partial<StreamWithStatus>, watermark: string | null = '2026-11-21T10:00:00Z'): StreamWithStatus {
  return { name: 'buses', historical: false, status: { watermark }, ...more } as StreamWithStatus;
}

it('adds up readers, and takes the worst of what else its queries say', () => {
  const figures = queryFigures([
    query([
      { subscribers: 2, accounting: { late: 3 }, 'lag-events': 10 },
      { subscribers: 1, accounting: {}, 'lag-events': null },
    ]),
    query([{ subscribers: 4, accounting: { late: 7 }, 'lag-events': 0 }]),
  ]);
  expect(figures).toEqual({ queries: 2, subscribers: 7, late: 7, lagEvents: 10 });
  expect(queryFigures([])).toEqual({ queries: 0, subscribers: 0, late: null, lagEvents: null });
});

it('says how far the watermark is behind now, where its time is now', () => {
  const now = Date.parse('2026-11-21T10:00:05.500Z');
  expect(watermarkAge(stream({}), now)).toBe(5_500);
  expect(watermarkAge(stream({}, null), now)).toBeNull();
  expect(watermarkAge(stream({ historical: true }), now)).toBeNull();
});

it('asks for the rate by the stream’s own time', () => {
  expect(rateQuery(stream({ time: 'ts' }))?.sql).toBe(
    'SELECT COUNT(*) AS events FROM "buses" GROUP BY TUMBLE("ts", INTERVAL \'1\' SECOND)',
  );
  expect(rateQuery(stream({}))?.sql).toContain('TUMBLE("_ingested"');
  expect(rateQuery(stream({ historical: true }))).toBeNull();
});
