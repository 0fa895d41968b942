import { describe, expect, it } from 'vitest';
import { RowLog } from './rows';
import type { Shape } from './shape';

const WINDOWS: Shape = { kind: 'windows', group: ['route'], select: ['route', 'COUNT_ALL(*)'] };
const EVENTS: Shape = { kind: 'events', group: [], select: ['route', 'speed'] };
const TOTALS: Shape = { kind: 'totals', group: ['route'], select: ['route', 'COUNT_ALL(*)'] };

function log(shape: Shape, max = 100) {
  const log = new RowLog(max);
  log.clear(shape);
  return log;
}

function windowed(second: number, route: string, n: number, more = {}) {
  const start = new Date(second * 1_000).toISOString();
  const end = new Date((second + 10) * 1_000).toISOString();
  return { window_start: start, window_end: end, route, n, ...more };
}

const shown = (rows: RowLog) => rows.values().map(({ row, early }) => `${row.route}:${row.n}${early ? ' early' : ''}`);

describe('windows', () => {
  it('stand newest first, with their rows in the order in which they came', () => {
    const rows = log(WINDOWS);
    rows.take([windowed(0, 'b', 1), windowed(0, 'a', 2)], false);
    rows.take([windowed(10, 'a', 3)], false);
    expect(shown(rows)).toEqual(['a:3', 'b:1', 'a:2']);
    expect(rows.finals).toBe(3);
  });

  it('have one early row a group, the newest, until the final one comes', () => {
    const rows = log(WINDOWS);
    rows.take([windowed(0, 'a', 1), windowed(0, 'b', 1)], true);
    rows.take([windowed(0, 'a', 2)], true);
    expect(shown(rows)).toEqual(['a:2 early', 'b:1 early']);
    expect(rows.early).toBe(2);

    rows.take([windowed(0, 'a', 3)], false);
    expect(shown(rows)).toEqual(['a:3', 'b:1 early']);
  });

  it('lose an early row that is taken back', () => {
    const rows = log(WINDOWS);
    rows.take([windowed(0, 'a', 1)], true);
    rows.take([windowed(0, 'a', 1, { deleted: true })], true);
    expect(rows.values()).toEqual([]);
  });

  it('lose an early row that has no final one, once they are over', () => {
    const rows = log(WINDOWS);
    rows.take([windowed(0, 'a', 1), windowed(0, 'b', 1), windowed(10, 'a', 2)], true);
    rows.take([windowed(0, 'a', 3)], false);
    rows.finalThrough(new Date(9_999).toISOString());
    expect(shown(rows)).toEqual(['a:2 early', 'a:3', 'b:1 early']);
    rows.finalThrough(new Date(10_000).toISOString());
    expect(shown(rows)).toEqual(['a:2 early', 'a:3']);
  });

  it('go from the oldest on, beyond the bound', () => {
    const rows = log(WINDOWS, 3);
    rows.take([windowed(0, 'a', 1), windowed(0, 'b', 2), windowed(10, 'a', 3), windowed(10, 'b', 4)], false);
    expect(shown(rows)).toEqual(['a:3', 'b:4', 'a:1']);
    expect(rows.finals).toBe(4);
  });

  it('keep the place of a row that changes', () => {
    const rows = log(WINDOWS);
    rows.take([windowed(0, 'a', 1)], true);
    const [before] = rows.values();
    rows.take([windowed(0, 'a', 2)], true);
    expect(rows.values()[0]?.id).toBe(before?.id);
  });
});

describe('events', () => {
  it('stand newest first, at most so many', () => {
    const rows = log(EVENTS, 2);
    for (let n = 1; n <= 7; n++) {
      rows.take([{ route: 'a', n }], false);
    }
    expect(shown(rows)).toEqual(['a:7', 'a:6']);
    expect(rows.finals).toBe(7);
  });
});

describe('running totals', () => {
  it('have one row a group, early until the end', () => {
    const rows = log(TOTALS);
    rows.take([{ route: 'a', n: 1 }], true);
    rows.take([{ route: 'b', n: 1 }], true);
    rows.take([{ route: 'a', n: 2 }], true);
    expect(shown(rows)).toEqual(['a:2 early', 'b:1 early']);
    rows.take([{ route: 'a', n: 3 }], false);
    expect(shown(rows)).toEqual(['a:3', 'b:1 early']);
  });

  it('are forgotten where they come again', () => {
    const rows = log(TOTALS);
    rows.take([{ route: 'a', n: 1 }], true);
    rows.forgetEarly();
    expect(rows.values()).toEqual([]);
  });
});
