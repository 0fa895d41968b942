import type { Row } from '../../connection';
import { locale } from '../../format';
import { endOf } from './shown';

/** Routes of the newest window, or the one before it: of those that have gone home nothing is said. Busiest first. */
export function busiest(rows: readonly Row[]): Row[] {
  const newest = newestOf(rows);
  return rows
    .filter((row) => endOf(row) >= newest - 10_000)
    .sort(
      (a, b) =>
        Number(b.reports) - Number(a.reports) || routeOf(a).localeCompare(routeOf(b), locale, { numeric: true }),
    );
}

/**
 * The table's order: anew when a window is over, as that was when it was last seen, and not while somebody's hand is there. In
 * between figures change where they stand, and who is new comes last.
 */
export class Ranking {
  private readonly places = new Map<string, number>();
  private ranked: readonly Row[] = [];
  private end = Number.NEGATIVE_INFINITY;

  /** @param rows busiest first */
  settled(rows: readonly Row[], held: boolean): Row[] {
    const end = newestOf(rows);
    if (end > this.end && !held) {
      this.end = end;
      this.places.clear();
      this.place(this.ranked);
    }
    this.place(rows);
    this.ranked = rows;
    return [...rows].sort((a, b) => this.placeOf(a) - this.placeOf(b));
  }

  private place(rows: readonly Row[]) {
    for (const row of rows) {
      if (!this.places.has(routeOf(row))) {
        this.places.set(routeOf(row), this.places.size);
      }
    }
  }

  private placeOf(row: Row): number {
    return this.places.get(routeOf(row)) as number;
  }
}

function routeOf(row: Row): string {
  return String(row.route);
}

function newestOf(rows: readonly Row[]): number {
  return Math.max(...rows.map(endOf));
}
