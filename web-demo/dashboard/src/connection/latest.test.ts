import { expect, it } from 'vitest';
import { LatestRows } from './latest';

const latest = (max = 10) => new LatestRows((row) => String(row.route), max);

it('keeps the newest row of each group, at its place', () => {
  const rows = latest();
  rows.take([
    { route: 'a', n: 1 },
    { route: 'b', n: 2 },
    { route: 'a', n: 3 },
  ]);
  expect(rows.values()).toEqual([
    { route: 'a', n: 3 },
    { route: 'b', n: 2 },
  ]);
});

it('takes back an early row', () => {
  const rows = latest();
  rows.take([
    { route: 'a', n: 1 },
    { route: 'a', deleted: true },
  ]);
  expect(rows.values()).toEqual([]);
});

it('lets the group go that has been silent for longest', () => {
  const rows = latest(2);
  rows.take([{ route: 'a' }, { route: 'b' }, { route: 'a' }, { route: 'c' }]);
  expect(rows.values()).toEqual([{ route: 'a' }, { route: 'c' }]);
});
