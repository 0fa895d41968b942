import type { Row } from '../../connection';
import { keyColumns, type Shape, UNKNOWN_SHAPE } from './shape';

export interface Kept {
  /** Of its own for as long as it is kept. */
  id: string;
  row: Row;
  early: boolean;
}

interface WindowRows {
  start: string;
  final: Kept[];
  early: Map<string, Kept>;
}

/**
 * The newest rows of an answer. Of a window that is over: its final rows, in their order. Of an open one: the newest
 * early row of each group, until a final one takes its place or it is taken back. Beyond `max` the oldest go.
 */
export class RowLog {
  /** Final rows that came, kept or not. */
  finals = 0;
  private readonly events: Kept[] = [];
  private readonly totals = new Map<string, Kept>();
  private readonly windows = new Map<string, WindowRows>();
  private shape = UNKNOWN_SHAPE;
  private lastId = 0;

  constructor(readonly max: number) {}

  /** Begins anew, with rows of another question. */
  clear(shape: Shape) {
    this.shape = shape;
    this.forgetAll();
  }

  forgetAll() {
    this.finals = 0;
    this.events.length = 0;
    this.totals.clear();
    this.windows.clear();
  }

  take(rows: readonly Row[], early: boolean) {
    for (const row of rows) {
      this.finals += early ? 0 : 1;
      if (this.shape.kind === 'events') {
        this.events.push(this.kept(row, early));
      } else if (this.isWindowed(row)) {
        this.takeWindowed(row, early);
      } else {
        replace(this.totals, this.group(row), row, this.kept(row, early));
      }
    }
    this.drop();
  }

  /** Through a watermark all is final: what is still early there has no final row, as its group fell behind a LIMIT. */
  finalThrough(watermark: string) {
    for (const { start, final, early } of this.windows.values()) {
      for (const [group, { row }] of early) {
        if (String(row.window_end) <= watermark) {
          early.delete(group);
        }
      }
      if (final.length === 0 && early.size === 0) {
        this.windows.delete(start);
      }
    }
  }

  /** Early rows of running totals, and of open windows, come again after a pause. */
  forgetEarly() {
    for (const [group, { early }] of this.totals) {
      if (early) {
        this.totals.delete(group);
      }
    }
    for (const window of this.windows.values()) {
      window.early.clear();
    }
  }

  /** Newest first. */
  values(): Kept[] {
    if (this.shape.kind === 'events') {
      return this.events.slice(-this.max).reverse();
    }
    const windows = this.newestFirst().flatMap(({ final, early }) => [...final, ...early.values()]);
    return [...windows, ...this.totals.values()];
  }

  get early(): number {
    let early = 0;
    for (const window of this.windows.values()) {
      early += window.early.size;
    }
    for (const kept of this.totals.values()) {
      early += kept.early ? 1 : 0;
    }
    return early;
  }

  get kind(): Shape['kind'] {
    return this.shape.kind;
  }

  keys(row: Row): string[] {
    return keyColumns(this.shape, row);
  }

  isWindowed(row: Row): boolean {
    return this.shape.kind === 'windows' && typeof row.window_start === 'string' && typeof row.window_end === 'string';
  }

  private takeWindowed(row: Row, early: boolean) {
    const start = String(row.window_start);
    let window = this.windows.get(start);
    if (!window) {
      window = { start, final: [], early: new Map() };
      this.windows.set(start, window);
    }
    const group = this.group(row);
    if (early) {
      replace(window.early, group, row, this.kept(row, true));
    } else {
      window.early.delete(group);
      window.final.push(this.kept(row, false));
    }
    if (window.final.length === 0 && window.early.size === 0) {
      this.windows.delete(start);
    }
  }

  private group(row: Row): string {
    return JSON.stringify(this.keys(row).map((name) => row[name]));
  }

  private kept(row: Row, early: boolean): Kept {
    return { id: String(++this.lastId), row, early };
  }

  private newestFirst(): WindowRows[] {
    return [...this.windows.values()].sort((a, b) => (a.start < b.start ? 1 : -1));
  }

  private drop() {
    if (this.events.length > 2 * this.max) {
      this.events.splice(0, this.events.length - this.max);
    }
    for (const group of this.totals.keys()) {
      if (this.totals.size <= this.max) {
        break;
      }
      this.totals.delete(group);
    }
    this.dropWindows();
  }

  private dropWindows() {
    let room = this.max;
    for (const window of this.newestFirst()) {
      window.final.length = Math.min(window.final.length, room);
      room -= window.final.length;
      const groups = [...window.early.keys()];
      for (const group of groups.slice(room)) {
        window.early.delete(group);
      }
      room -= window.early.size;
      if (window.final.length === 0 && window.early.size === 0) {
        this.windows.delete(window.start);
      }
    }
  }
}

/** In the place of its group's, so that rows do not jump. */
function replace(rows: Map<string, Kept>, group: string, row: Row, kept: Kept) {
  if (row.deleted === true) {
    rows.delete(group);
  } else {
    rows.set(group, { ...kept, id: rows.get(group)?.id ?? kept.id });
  }
}
