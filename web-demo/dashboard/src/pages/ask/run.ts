import { asProblem, type ExplainedStep, isTransient, type Problem } from '../../api';
import type { Gap, Progress, QueryListener, QuerySpec, Row, Subscription } from '../../connection';
import { RowLog } from './rows';
import { WindowSeries } from './series';
import { shapeOf, UNKNOWN_SHAPE } from './shape';

export type RunStatus = 'idle' | 'asking' | 'running' | 'paused' | 'stopped' | 'ended' | 'failed';

/** What the run needs of the page. */
export interface Asking {
  explain(spec: QuerySpec, signal: AbortSignal): Promise<ExplainedStep[]>;
  subscribe(spec: QuerySpec, listener: QueryListener, after?: string): Subscription;
  now(): number;
}

/** Rows that are kept. */
export const MAX_ROWS = 500;

/**
 * One question of the console, from the moment it is asked: its rows, how far they are, and what became of it. To
 * pause is to leave, with the token of the last event; to resume is to come back with it: what was missed comes, and
 * nothing twice.
 */
export class QueryRun {
  status: RunStatus = 'idle';
  readonly rows = new RowLog(MAX_ROWS);
  readonly series = new WindowSeries();
  progress: Progress | undefined;
  /** Why it failed, or waits. */
  problem: Problem | undefined;
  /** Why it ended: `to`, `limit` or `over`. */
  reason: string | undefined;
  /** Rows that were lost, as the server says, and the last cause. */
  lost: Gap | undefined;
  /** Why it began anew, if it did. */
  restarted: Problem | undefined;
  /** When it was paused; milliseconds of the epoch. */
  pausedAt: number | undefined;
  private spec: QuerySpec | undefined;
  private subscription: Subscription | undefined;
  private token: string | undefined;
  private explaining: AbortController | undefined;

  /** Grows with every change. */
  version = 0;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly asking: Asking) {}

  /** Calls at every change, until it is told to stop. */
  watch(changed: () => void): () => void {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  }

  async start(spec: QuerySpec) {
    this.leave();
    this.spec = spec;
    this.token = undefined;
    this.forget(UNKNOWN_SHAPE);
    this.become('asking');
    const explaining = new AbortController();
    this.explaining = explaining;
    let steps: ExplainedStep[] = [];
    try {
      steps = isExplain(spec) ? [] : await this.asking.explain(spec, explaining.signal);
    } catch (thrown) {
      if (explaining.signal.aborted) {
        return;
      }
      const problem = asProblem(thrown);
      if (!isTransient(problem)) {
        this.failed(problem);
        return;
      }
      // What passes is waited for by the connection.
    }
    if (!explaining.signal.aborted) {
      this.forget(shapeOf(steps));
      this.subscribe();
    }
  }

  /** What is asked. */
  get question(): QuerySpec | undefined {
    return this.spec;
  }

  /** Times as fast as it was that the past is played; undefined: at once. */
  get speed(): string | undefined {
    return this.spec?.speed;
  }

  /** Whether early rows may come. */
  get early(): boolean {
    return this.spec?.emit === 'changes';
  }

  /** Only what has begun can go on at its token. */
  get canPause(): boolean {
    return this.status === 'running' && this.subscription?.token !== undefined;
  }

  pause() {
    if (this.canPause) {
      this.token = this.subscription?.token;
      this.leave();
      this.pausedAt = this.asking.now();
      this.become('paused');
    }
  }

  resume() {
    if (this.status === 'paused') {
      this.pausedAt = undefined;
      this.rows.forgetEarly();
      this.become('asking');
      this.subscribe();
    }
  }

  stop() {
    if (this.status === 'asking' || this.status === 'running' || this.status === 'paused') {
      this.leave();
      this.become('stopped');
    }
  }

  /** Leaves without a word: the page goes. */
  leave() {
    this.explaining?.abort();
    this.subscription?.close();
    this.subscription = undefined;
  }

  private subscribe() {
    if (this.spec) {
      this.subscription = this.asking.subscribe(this.spec, this.listener(), this.token);
    }
  }

  private listener(): QueryListener {
    return {
      onRows: (rows) => this.take(rows, false),
      onUpdates: (rows) => this.take(rows, true),
      onWatermark: (progress) => {
        this.progress = progress;
        if (progress.watermark) {
          this.rows.finalThrough(progress.watermark);
        }
        this.runs();
      },
      onGap: (gap) => {
        this.lost = { ...gap, rows: gap.rows + (this.lost?.rows ?? 0) };
        this.changed();
      },
      onRestart: (problem) => {
        this.rows.forgetAll();
        this.series.clear();
        this.restarted = problem;
        this.changed();
      },
      onRetry: (problem) => {
        this.problem = problem;
        this.become('asking');
      },
      onError: (problem) => this.failed(problem),
      onEnd: (reason) => {
        this.reason = reason;
        this.become('ended');
      },
    };
  }

  private take(rows: Row[], early: boolean) {
    this.rows.take(rows, early);
    if (!early) {
      this.series.take(
        rows.filter((row) => this.rows.isWindowed(row)),
        (row) => this.rows.keys(row),
      );
    }
    this.runs();
  }

  private forget(shape: Parameters<RowLog['clear']>[0]) {
    this.rows.clear(shape);
    this.series.clear();
    this.progress = undefined;
    this.problem = undefined;
    this.reason = undefined;
    this.lost = undefined;
    this.restarted = undefined;
    this.pausedAt = undefined;
  }

  private runs() {
    this.problem = undefined;
    this.become('running');
  }

  private failed(problem: Problem) {
    this.problem = problem;
    this.become('failed');
  }

  private become(status: RunStatus) {
    this.status = status;
    this.changed();
  }

  private changed() {
    this.version++;
    for (const watcher of this.watchers) {
      watcher();
    }
  }
}

function isExplain({ sql }: QuerySpec): boolean {
  return /^\s*EXPLAIN\b/i.test(sql);
}
