/**
 * Points of several series that share a time axis. Each keeps its newest `points`, and there are at most `max` series:
 * beyond, the one that has been silent for longest goes. Not rendered: a chart reads it when it draws.
 */
export class SeriesStore {
  /** Grows with every change. */
  version = 0;
  private readonly series = new Map<string, Points>();

  constructor(
    readonly points = 600,
    readonly max = 64,
    /** Points of a series that are further apart are not joined by a line. Milliseconds. */
    readonly gapMs = Number.POSITIVE_INFINITY,
  ) {}

  /** @param x milliseconds of the epoch. A point at the x of an earlier one replaces it: early rows become final. */
  set(name: string, x: number, y: number | null) {
    let points = this.series.get(name);
    if (!points) {
      if (this.series.size >= this.max) {
        this.dropSilent();
      }
      points = { xs: [], ys: [] };
      this.series.set(name, points);
    }
    const last = points.xs.at(-1);
    if (last !== undefined && x - last > this.gapMs) {
      insert(points, last + 1, null);
    }
    insert(points, x, y);
    while (points.xs.length > this.points) {
      points.xs.shift();
      points.ys.shift();
    }
    this.version++;
  }

  names(): string[] {
    return [...this.series.keys()];
  }

  last(name: string): number | null {
    return this.series.get(name)?.ys.at(-1) ?? null;
  }

  clear() {
    this.series.clear();
    this.version++;
  }

  /** As uPlot takes it: all x (in seconds), and of each series a y or a hole at each. */
  aligned(names: readonly string[]): [number[], ...(number | null | undefined)[][]] {
    const all = names.map((name) => ({ points: this.series.get(name) ?? NONE, next: 0 }));
    const xs: number[] = [];
    // Undefined is a place where the series has no point, and is drawn across; null is a gap.
    const ys = all.map((): (number | null | undefined)[] => []);
    for (;;) {
      let x = Number.POSITIVE_INFINITY;
      for (const { points, next } of all) {
        x = Math.min(x, points.xs[next] ?? x);
      }
      if (x === Number.POSITIVE_INFINITY) {
        return [xs, ...ys];
      }
      xs.push(x / 1_000);
      all.forEach((each, i) => {
        const { points, next } = each;
        const has = points.xs[next] === x;
        ys[i]?.push(has ? points.ys[next] : undefined);
        each.next += has ? 1 : 0;
      });
    }
  }

  private dropSilent() {
    let silent: string | undefined;
    let oldest = Number.POSITIVE_INFINITY;
    for (const [name, { xs }] of this.series) {
      const last = xs.at(-1) ?? 0;
      if (last < oldest) {
        oldest = last;
        silent = name;
      }
    }
    if (silent !== undefined) {
      this.series.delete(silent);
    }
  }
}

interface Points {
  xs: number[];
  ys: (number | null)[];
}

const NONE: Points = { xs: [], ys: [] };

/** Nearly always at the end. */
function insert({ xs, ys }: Points, x: number, y: number | null) {
  let at = xs.length;
  while (at > 0 && (xs[at - 1] as number) > x) {
    at--;
  }
  if (at > 0 && xs[at - 1] === x) {
    ys[at - 1] = y;
  } else {
    xs.splice(at, 0, x);
    ys.splice(at, 0, y);
  }
}
