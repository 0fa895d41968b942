import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../connection';
import { Fleet } from './map/fleet';
import { Shapes } from './map/shapes';
import { fine, ofBus, WINDOWS, windowsOf } from './queries';
import { RouteStores } from './RouteCharts';
import { busiest, Ranking } from './ranking';
import { addTrack } from './useFleet';

describe('the routes’ charts', () => {
  it('are of the newest windows, the busiest route first', () => {
    const row = (route: string, reports: number, window_end: string) => ({ route, reports, window_end });
    const old = row('1', 99, '2026-11-20T12:00:00.000Z');
    const rows = [
      old,
      row('20', 5, '2026-11-20T12:10:00.000Z'),
      row('3', 5, '2026-11-20T12:10:10.000Z'),
      row('7', 8, '2026-11-20T12:10:00.000Z'),
    ];
    expect(busiest(rows).map(({ route }) => route)).toEqual(['7', '3', '20']);
    expect(busiest([])).toEqual([]);
  });

  it('change places in the table when a window is over, and not under a hand', () => {
    const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 12, 0, second)).toISOString();
    const rows = (second: number, reports: Record<string, number>) =>
      busiest(Object.entries(reports).map(([route, n]) => ({ route, reports: n, window_end: at(second) })));
    const ranking = new Ranking();
    const order = (given: Row[], held = false) => ranking.settled(given, held).map(({ route }) => route);
    expect(order(rows(10, { 7: 2, 20: 1 }))).toEqual(['7', '20']);
    // Within a window, figures alone change; who is new comes last.
    expect(order(rows(10, { 7: 2, 20: 4, 3: 9 }))).toEqual(['7', '20', '3']);
    // A window is over: as it was last, and not by the few reports of the next.
    expect(order(rows(20, { 7: 1 }))).toEqual(['7']);
    expect(order(rows(20, { 7: 1, 20: 1, 3: 1, 1: 5 }))).toEqual(['3', '20', '7', '1']);
    expect(order(rows(30, { 7: 1, 20: 1 }), true)).toEqual(['20', '7']);
    expect(order(rows(30, { 7: 3, 20: 1 }), true)).toEqual(['20', '7']);
    expect(order(rows(30, { 7: 3, 20: 1 }))).toEqual(['7', '20']);
  });

  it('ask the same question in whatever order the routes are, and none where the table’s rows do', () => {
    const second = WINDOWS[1];
    expect(fine(second, ['7', "O'Hare"])).toEqual(fine(second, ["O'Hare", '7']));
    expect(fine(second, ["O'Hare"])?.sql).toContain("IN ('O''Hare')");
    expect([fine(WINDOWS[0], ['7']), fine(second, [])]).toEqual([null, null]);
    expect([windowsOf('1s'), windowsOf('none'), windowsOf(null)]).toEqual([second, WINDOWS[0], WINDOWS[0]]);
  });
});

it('has no rate of a window that has only begun', () => {
  const stores = new RouteStores(10, 10, 60_000);
  const row = {
    window_start: '2026-11-20T12:00:00.000Z',
    window_end: '2026-11-20T12:00:10.000Z',
    route: '7',
    reports: 3,
    avg_kmh: 20,
    p95_kmh: 40,
  };
  stores.takeEarly([row]);
  expect([stores.rate.last('7'), stores.average.last('7'), stores.p95.last('7')]).toEqual([null, 20, 40]);
  stores.take([{ ...row, reports: 30, avg_kmh: 25 }]);
  expect([stores.rate.last('7'), stores.average.last('7')]).toEqual([3, 25]);
});

it('a bus’s name is text in its question, whatever is in it', () => {
  expect(ofBus("' OR '1'='1").sql).toContain("bus = ''' OR ''1''=''1'");
});

it('a track is the steps between its places, without those across the town', () => {
  const shapes = new Shapes();
  addTrack(new Fleet(shapes), shapes, {
    bus: 'a',
    route: '7',
    latitudes: '[30.0,30.001,0,30.002,30.5,30.501]',
    longitudes: '[-97,-97,0,-97,-97,-97]',
  });
  expect(shapes.size).toBe(3);
});

describe('the colours of speeds', () => {
  const sheet = readFileSync(join(import.meta.dirname, 'live.css'), 'utf8');
  const tokens = readFileSync(join(import.meta.dirname, '../../theme/tokens.css'), 'utf8');
  const theme = (css: string, name: string) => {
    const [, light, dark] = new RegExp(`${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(css) ?? [];
    return [luminance(light as string), luminance(dark as string)] as const;
  };

  it.each([0, 1])('go one way in lightness and stand out from the ground (theme %i)', (which) => {
    const ground = theme(tokens, '--sunken')[which] as number;
    const speeds = [1, 2, 3, 4, 5].map((i) => theme(sheet, `--speed-${i}`)[which] as number);
    const away = speeds.map((speed) => contrast(speed, ground));
    expect(Math.min(...away)).toBeGreaterThanOrEqual(3);
    for (let i = 1; i < away.length; i++) {
      expect((away[i] as number) / (away[i - 1] as number)).toBeGreaterThan(1.15);
    }
  });

  function luminance(hex: string): number {
    const [r, g, b] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(a: number, b: number): number {
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }
});
