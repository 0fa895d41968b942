import { charted, SeriesStore } from '../../charts';
import type { Row } from '../../connection';
import { valueColumns } from './shape';

const POINTS = 400;
const GROUPS = 64;
const COLUMNS = 8;

/**
 * Of windows that are over: the numbers of each column, a series for each group, at the end of each window. Bounded in
 * all three. Not of open ones: what has only begun to be counted would look like a fall.
 */
export class WindowSeries {
  private readonly stores = new Map<string, SeriesStore>();

  take(rows: readonly Row[], keysOf: (row: Row) => string[]) {
    for (const row of rows) {
      const at = Date.parse(String(row.window_end));
      const keys = keysOf(row);
      const group = groupName(row, keys);
      for (const column of valueColumns(keys, row)) {
        const value = row[column];
        if (typeof value === 'number') {
          this.store(column)?.set(group, at, value);
        }
      }
    }
  }

  /** Columns that have numbers. */
  columns(): string[] {
    return [...this.stores.keys()];
  }

  of(column: string): SeriesStore | undefined {
    return this.stores.get(column);
  }

  clear() {
    this.stores.clear();
  }

  private store(column: string): SeriesStore | undefined {
    let store = this.stores.get(column);
    if (!store && this.stores.size < COLUMNS) {
      store = new SeriesStore(POINTS, GROUPS);
      this.stores.set(column, store);
    }
    return store;
  }
}

function groupName(row: Row, keys: readonly string[]): string {
  return keys.length === 0 ? 'all' : keys.map((key) => row[key] ?? 'none').join(' · ');
}

/**
 * Which groups are drawn: the greatest at last, of those that were drawn for as long as they are not far behind.
 *
 * @param before which were
 */
export function chosenGroups(store: SeriesStore, before: readonly string[], most: number): string[] {
  const last = (name: string) => store.last(name) ?? -Infinity;
  const ranked = store.names().sort((a, b) => last(b) - last(a));
  return charted(
    before.filter((name) => ranked.includes(name)),
    ranked,
    most,
    3 * most,
  );
}
