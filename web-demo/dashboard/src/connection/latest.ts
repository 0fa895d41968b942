import type { Row } from 'sluice-client';

/**
 * The newest row of each group, early or final. At most `max` groups: beyond, the group that has been silent for
 * longest goes. Rows are handed out in the order in which their groups first came.
 */
export class LatestRows {
  private readonly rows = new Map<string, Row>();
  private readonly order = new Map<string, number>();
  private clock = 0;

  constructor(
    private readonly group: (row: Row) => string,
    private readonly max: number,
  ) {}

  take(rows: readonly Row[]) {
    for (const row of rows) {
      const key = this.group(row);
      if (row.deleted === true) {
        this.rows.delete(key);
        this.order.delete(key);
        continue;
      }
      this.rows.set(key, row);
      this.order.set(key, ++this.clock);
      if (this.rows.size > this.max) {
        this.dropOldest();
      }
    }
  }

  clear() {
    this.rows.clear();
    this.order.clear();
  }

  values(): Row[] {
    return [...this.rows.values()];
  }

  private dropOldest() {
    let oldest: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const [key, when] of this.order) {
      if (when < least) {
        least = when;
        oldest = key;
      }
    }
    if (oldest !== undefined) {
      this.rows.delete(oldest);
      this.order.delete(oldest);
    }
  }
}
