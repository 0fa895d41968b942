import { report } from './report.js';
import type { QueryListener, Row, SetEvent } from './types.js';

type Step = { kind: 'rows' | 'updates'; rows: Row[] } | { kind: 'call'; call: (listener: QueryListener) => void };

/**
 * What came in one piece, for each listener in the order in which it came, with rows that follow each other as one
 * call. A listener that throws is reported, and harms no other.
 */
export class Delivery {
  private readonly steps = new Map<QueryListener, Step[]>();

  add(listener: QueryListener, event: SetEvent) {
    const { row, update, watermark, gap, end } = event;
    if (row) {
      this.row(listener, 'rows', row);
    } else if (update) {
      this.row(listener, 'updates', update);
    } else if (watermark) {
      this.call(listener, (each) => each.onWatermark?.(watermark));
    } else if (gap) {
      this.call(listener, (each) => each.onGap?.(gap));
    } else if (end) {
      this.call(listener, (each) => each.onEnd?.(end.reason));
    }
  }

  call(listener: QueryListener, call: (listener: QueryListener) => void) {
    this.of(listener).push({ kind: 'call', call });
  }

  run() {
    for (const [listener, steps] of this.steps) {
      for (const step of steps) {
        try {
          if (step.kind === 'call') {
            step.call(listener);
          } else if (step.kind === 'rows') {
            listener.onRows?.(step.rows);
          } else {
            listener.onUpdates?.(step.rows);
          }
        } catch (thrown) {
          report(thrown);
        }
      }
    }
  }

  private row(listener: QueryListener, kind: 'rows' | 'updates', row: Row) {
    const steps = this.of(listener);
    const last = steps.at(-1);
    if (last?.kind === kind) {
      last.rows.push(row);
    } else {
      steps.push({ kind, rows: [row] });
    }
  }

  private of(listener: QueryListener): Step[] {
    let steps = this.steps.get(listener);
    if (!steps) {
      steps = [];
      this.steps.set(listener, steps);
    }
    return steps;
  }
}
