import type { Problem } from './problem.js';

/** A LONG beyond 2^53 loses its last digits, as in every JSON.parse. */
export type Value = string | number | boolean | null;
export type Row = Record<string, Value>;

/** A question, as `POST /v1/query` takes it. */
export interface QuerySpec {
  sql: string;
  /** Event time to begin at: an instant, a duration back (`-15m`), `earliest` or `now` (the default). */
  from?: string;
  to?: string;
  /** `changes`: early rows of open windows too. */
  emit?: 'final' | 'changes';
  every?: string;
  overflow?: 'buffer' | 'conflate' | 'drop-oldest';
  fill?: 'null' | 'previous' | 'zero';
  'fill-for'?: string;
  speed?: string;
}

/** Through which event time rows are final, and what became of the records read. */
export interface Progress {
  watermark: string | null;
  state?: 'live' | 'catching-up';
  'lag-events'?: number | null;
  'lag-seconds'?: number | null;
  read?: number;
  undecodable?: number;
  outside?: number;
  duplicate?: number;
  filtered?: number;
  late?: number;
  counted?: number;
}

export interface Gap {
  rows: number;
  reason: string;
  detail: string;
}

/** Who asks. Each is called in the order of the events, with all the rows of a kind that came together. */
export interface QueryListener {
  /** Final rows: each comes once, whatever becomes of the connection. */
  onRows?(rows: Row[]): void;
  /** Early rows: the newest of a group counts; one with `deleted` takes it back. */
  onUpdates?(rows: Row[]): void;
  onWatermark?(progress: Progress): void;
  /** Rows that were lost, and why. */
  onGap?(gap: Gap): void;
  /** The question begins anew, its rows with it: its place in the log has gone, or its token is no longer good. */
  onRestart?(problem: Problem): void;
  /** It was refused for now, and is asked again a little later. */
  onRetry?(problem: Problem): void;
  /** It has ended, for good. */
  onError?(problem: Problem): void;
  /** It has ended as it should: `to`, `limit` or `over`. */
  onEnd?(reason: string): void;
}

export type ConnectionState =
  | { status: 'connecting' }
  | { status: 'live' }
  /** `since`: milliseconds of the epoch at which the connection was lost; `problem`: why, if that is known. */
  | { status: 'disconnected'; since: number; problem: Problem };

/** One event of a set: `{"query": "a", "row": {…}, "id": "…"}`. */
export interface SetEvent {
  query: string;
  id?: string;
  row?: Row;
  update?: Row;
  watermark?: Progress;
  gap?: Gap;
  error?: Problem;
  end?: { reason: string };
}

/** One event of an answer; exactly one of its kinds is there. `id`: where to go on after it. */
export interface QueryEvent {
  id?: string;
  row?: Row;
  update?: Row;
  watermark?: Progress;
  gap?: Gap;
  end?: { reason: string };
}
