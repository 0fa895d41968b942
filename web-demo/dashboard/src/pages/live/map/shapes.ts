/**
 * Steps that buses have made, of which the routes' shapes emerge: the newest `capacity`, 18 bytes each, of at most `max` routes
 * (steps of others are not kept).
 */
export class Shapes {
  /** How many there have been; the kept ones are the last {@link size} of them. */
  added = 0;
  readonly routes: string[] = [];
  private readonly index = new Map<string, number>();
  private readonly ends: Float32Array;
  private readonly of: Uint16Array;

  constructor(
    readonly capacity = 100_000,
    private readonly max = 1_000,
  ) {
    this.ends = new Float32Array(capacity * 4);
    this.of = new Uint16Array(capacity);
  }

  get size(): number {
    return Math.min(this.added, this.capacity);
  }

  add(route: string, x1: number, y1: number, x2: number, y2: number) {
    if (x1 === x2 && y1 === y2) {
      return;
    }
    const index = this.indexOf(route);
    if (index === undefined) {
      return;
    }
    const at = this.added % this.capacity;
    this.ends.set([x1, y1, x2, y2], at * 4);
    this.of[at] = index;
    this.added++;
  }

  /**
   * @param from the first to tell of, counted as {@link added}; those no longer kept are left out
   * @param route of that route alone
   */
  each(from: number, to: number, step: (x1: number, y1: number, x2: number, y2: number) => void, route?: string) {
    const wanted = route === undefined ? undefined : this.index.get(route);
    if (route !== undefined && wanted === undefined) {
      return;
    }
    const { ends, of, capacity } = this;
    for (let i = Math.max(from, this.added - capacity); i < to; i++) {
      const at = i % capacity;
      if (wanted === undefined || of[at] === wanted) {
        const p = at * 4;
        step(ends[p] as number, ends[p + 1] as number, ends[p + 2] as number, ends[p + 3] as number);
      }
    }
  }

  /** The route of which a step passes there, or next to it within so many metres. */
  nearest(x: number, y: number, within: number): string | undefined {
    let least = within * within;
    let found: number | undefined;
    const { ends, of, size } = this;
    for (let at = 0; at < size; at++) {
      const p = at * 4;
      const distance = squared(
        x,
        y,
        ends[p] as number,
        ends[p + 1] as number,
        ends[p + 2] as number,
        ends[p + 3] as number,
      );
      if (distance < least) {
        least = distance;
        found = of[at];
      }
    }
    return found === undefined ? undefined : this.routes[found];
  }

  private indexOf(route: string): number | undefined {
    let index = this.index.get(route);
    if (index === undefined && this.routes.length < this.max) {
      index = this.routes.push(route) - 1;
      this.index.set(route, index);
    }
    return index;
  }
}

/** The squared distance of a point from a step. */
function squared(x: number, y: number, x1: number, y1: number, x2: number, y2: number): number {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(1, Math.max(0, along));
  const ex = x - x1 - t * dx;
  const ey = y - y1 - t * dy;
  return ex * ex + ey * ey;
}
