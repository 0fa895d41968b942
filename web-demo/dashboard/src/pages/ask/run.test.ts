import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type ExplainedStep, ProblemError } from '../../api';
import type { QueryListener, QuerySpec } from '../../connection';
import { QueryRun } from './run';

const STEPS: ExplainedStep[] = [
  { step: 'window', detail: 'tumble PT10S' },
  { step: 'group', detail: 'route' },
  { step: 'select', detail: 'route, COUNT_ALL(*)' },
];
const SPEC: QuerySpec = { sql: 'SELECT route, COUNT(*) AS n FROM buses …', from: '-5m' };

let asked: { spec: QuerySpec; listener: QueryListener; after: string | undefined; token?: string; closed: boolean }[];
let explain: (spec: QuerySpec, signal: AbortSignal) => Promise<ExplainedStep[]>;

function run() {
  return new QueryRun({
    explain: (spec, signal) => explain(spec, signal),
    subscribe: (spec, listener, after) => {
      const one: (typeof asked)[number] = { spec, listener, after, closed: false };
      asked.push(one);
      return {
        get token() {
          return one.token ?? one.after;
        },
        close: () => {
          one.closed = true;
        },
      };
    },
    now: () => 1_000,
  });
}

function row(second: number, n: number) {
  const [start, end] = [second, second + 10].map((each) => new Date(each * 1_000).toISOString());
  return { window_start: start as string, window_end: end as string, route: '7', n };
}

function latest() {
  return asked.at(-1) as (typeof asked)[number];
}

function problem(code: string, status: number) {
  return { type: '', title: code, status, code, detail: 'd' };
}

beforeEach(() => {
  asked = [];
  explain = async () => STEPS;
});

describe('a run', () => {
  it('has rows, and the numbers of those that are final', async () => {
    const one = run();
    await one.start(SPEC);
    expect(one.status).toBe('asking');
    latest().listener.onRows?.([row(0, 1)]);
    latest().listener.onUpdates?.([row(10, 2)]);
    expect([one.status, one.rows.finals, one.rows.early]).toEqual(['running', 1, 1]);
    expect(one.series.of('n')?.aligned(['7'])).toEqual([[10], [1]]);
  });

  it('goes on at its token after a pause', async () => {
    const one = run();
    await one.start(SPEC);
    expect(one.canPause).toBe(false);
    latest().listener.onRows?.([row(0, 1)]);
    latest().listener.onUpdates?.([row(10, 1)]);
    latest().token = 't1';
    one.pause();
    expect([one.status, one.pausedAt, latest().closed, one.rows.finals]).toEqual(['paused', 1_000, true, 1]);

    one.resume();
    expect([asked.length, latest().after, one.rows.early]).toEqual([2, 't1', 0]);
    latest().listener.onRows?.([row(10, 2)]);
    expect([one.status, one.rows.values().map((kept) => kept.row.n)]).toEqual(['running', [2, 1]]);
  });

  it('is wrong before it runs, where EXPLAIN says so', async () => {
    explain = async () => {
      throw new ProblemError(problem('QUERY_UNKNOWN_COLUMN', 400));
    };
    const one = run();
    await one.start(SPEC);
    expect([one.status, one.problem?.code, asked.length]).toEqual(['failed', 'QUERY_UNKNOWN_COLUMN', 0]);
  });

  it('waits for a server that is away', async () => {
    explain = async () => {
      throw new ProblemError(problem('UNREACHABLE', 503));
    };
    const one = run();
    await one.start(SPEC);
    latest().listener.onRetry?.(problem('LOG_UNAVAILABLE', 503));
    expect([one.status, one.problem?.code]).toEqual(['asking', 'LOG_UNAVAILABLE']);
    latest().listener.onWatermark?.({ watermark: null });
    expect([one.status, one.problem]).toEqual(['running', undefined]);
  });

  it('asks only the last of two questions', async () => {
    const one = run();
    const first = one.start(SPEC);
    const second = one.start({ sql: 'SELECT 2' });
    await Promise.all([first, second]);
    expect(asked.map(({ spec }) => spec.sql)).toEqual(['SELECT 2']);
  });

  it('begins anew with no row of before', async () => {
    const one = run();
    await one.start(SPEC);
    latest().listener.onRows?.([row(0, 1)]);
    latest().listener.onRestart?.(problem('POSITION_EXPIRED', 410));
    expect([one.rows.finals, one.series.columns(), one.restarted?.code]).toEqual([0, [], 'POSITION_EXPIRED']);
  });

  it('adds up what was lost', async () => {
    const one = run();
    await one.start(SPEC);
    latest().listener.onGap?.({ rows: 3, reason: 'overflow', detail: 'a' });
    latest().listener.onGap?.({ rows: 4, reason: 'overflow', detail: 'b' });
    expect([one.lost?.rows, one.lost?.detail]).toEqual([7, 'b']);
  });

  it('stops, ends and fails, and keeps its rows', async () => {
    const one = run();
    await one.start(SPEC);
    latest().listener.onRows?.([row(0, 1)]);
    latest().listener.onEnd?.('to');
    one.stop();
    expect([one.status, one.reason, one.rows.finals]).toEqual(['ended', 'to', 1]);

    await one.start(SPEC);
    one.stop();
    expect([one.status, latest().closed]).toEqual(['stopped', true]);
  });

  it('does not explain an EXPLAIN', async () => {
    explain = vi.fn(explain);
    await run().start({ sql: 'explain SELECT 1' });
    expect(explain).not.toHaveBeenCalled();
    expect(asked).toHaveLength(1);
  });
});
