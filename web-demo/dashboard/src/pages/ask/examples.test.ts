import { expect, it } from 'vitest';
import type { Stream } from '../../api';
import { examples } from './examples';

const METERS = {
  name: 'meters',
  key: 'meter',
  id: 'seq',
  time: 'time',
  fields: [
    { name: 'meter', type: 'STRING' },
    { name: 'seq', type: 'LONG' },
    { name: 'time', type: 'TIMESTAMP' },
    { name: 'power', type: 'DOUBLE' },
  ],
} as unknown as Stream;

const BUSES = {
  name: 'buses',
  time: 'ts',
  fields: ['bus', 'ts', 'route', 'speed', 'latitude', 'longitude'].map((name) => ({ name, type: 'STRING' })),
} as unknown as Stream;

it('has questions for any stream, with its own names', () => {
  const [meters] = examples([METERS]);
  const asked = meters?.examples.map(({ question }) => question.sql) ?? [];
  expect(asked).toHaveLength(4);
  expect(asked[2]).toBe(
    'SELECT meter, AVG(power) AS mean, MIN(power) AS least, MAX(power) AS most, COUNT(*) AS events\nFROM meters\n' +
      `GROUP BY TUMBLE("time", INTERVAL '10' SECOND), meter`,
  );
});

it('asks for no window where a stream has no time of its own', () => {
  const [notes] = examples([{ name: 'notes', fields: [{ name: 'text', type: 'STRING' }] } as unknown as Stream]);
  expect(notes?.examples.some(({ question }) => question.sql.includes('TUMBLE'))).toBe(false);
});

it('begins with the buses, if they are the demo’s', () => {
  expect(examples([METERS, BUSES]).map(({ stream }) => stream)).toEqual(['buses', 'meters']);
  expect(examples([METERS, BUSES])[0]?.examples[0]?.title).toContain('Busiest');
  expect(examples([{ ...BUSES, fields: [] }])[0]?.examples[0]?.title).toBe('Events of buses');
});
