import type { Row } from '../../connection';
import { endOf } from './shown';

/** Routes of the newest window, or the one before it: of those that have gone home nothing is said. Busiest first. */
export function busiest(rows: readonly Row[]): Row[] {
  const newest = Math.max(...rows.map(endOf));
  return rows
    .filter((row) => endOf(row) >= newest - 10_000)
    .sort(
      (a, b) =>
        Number(b.reports) - Number(a.reports) ||
        String(a.route).localeCompare(String(b.route), undefined, { numeric: true }),
    );
}

/**
 * Which routes are charted: those that were stay, in their colours, while they are among the first `kept`; the busiest fill
 * the places of those that left.
 */
export function charted(before: readonly string[], ranked: readonly string[], places: number, kept: number): string[] {
  const good = new Set(ranked.slice(0, kept));
  const free = ranked.filter((route) => !before.includes(route));
  const now = before.slice(0, places).map((route) => (good.has(route) ? route : (free.shift() ?? route)));
  while (now.length < places && free.length > 0) {
    now.push(free.shift() as string);
  }
  return now;
}
