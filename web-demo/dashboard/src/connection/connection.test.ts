import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../api/problem';
import { FIRST_WAIT_MS } from './backoff';
import { Connection, DEBOUNCE_MS, PROBE_MS, SILENCE_MS } from './connection';
import type { ConnectionState, QueryListener, Row, SetEvent } from './types';

/** A server whose answers are the test's to write. */
class Script {
  readonly posts: { queries: { id: string; sql: string; after?: string }[]; signal: AbortSignal }[] = [];
  private readonly bodies: ReadableStreamDefaultController<Uint8Array>[] = [];
  probes = 0;
  refusal: Problem | undefined;
  away = false;

  post = async (body: string, signal: AbortSignal) => {
    this.posts.push({ queries: JSON.parse(body).queries, signal });
    if (this.away) {
      throw new TypeError('Failed to fetch');
    }
    if (this.refusal) {
      return new Response(JSON.stringify(this.refusal), { status: this.refusal.status });
    }
    return new Response(new ReadableStream({ start: (controller) => void this.bodies.push(controller) }));
  };
  probe = async () => {
    this.probes++;
    if (this.away) {
      throw new TypeError('Failed to fetch');
    }
    return new Response('{}');
  };
  random = () => 0;

  get last() {
    return this.posts[this.posts.length - 1];
  }

  /** To the newest post, or an earlier one. */
  async say(events: SetEvent[], post = this.bodies.length - 1) {
    const text = events.map((event) => `event: x\ndata: ${JSON.stringify(event)}\n\n`).join('');
    this.bodies[post]?.enqueue(new TextEncoder().encode(text));
    await vi.advanceTimersByTimeAsync(0);
  }

  async end() {
    this.bodies.at(-1)?.close();
    await vi.advanceTimersByTimeAsync(0);
  }
}

const problem = (code: string, status: number): Problem => ({ type: '', title: code, status, code, detail: code });

function recorder() {
  const rows: Row[] = [];
  const heard: string[] = [];
  const listener: QueryListener = {
    onRows: (more) => {
      rows.push(...more);
      heard.push(`rows ${more.map((row) => row.n)}`);
    },
    onUpdates: (more) => heard.push(`updates ${more.map((row) => row.n)}`),
    onWatermark: ({ watermark }) => heard.push(`watermark ${watermark}`),
    onGap: ({ rows }) => heard.push(`gap ${rows}`),
    onRestart: ({ code }) => heard.push(`restart ${code}`),
    onRetry: ({ code }) => heard.push(`retry ${code}`),
    onError: ({ code }) => heard.push(`error ${code}`),
    onEnd: (reason) => heard.push(`end ${reason}`),
  };
  return { rows, heard, listener };
}

describe('Connection', () => {
  let server: Script;
  let connection: Connection;
  const states: ConnectionState['status'][] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    server = new Script();
    connection = new Connection(server);
    states.length = 0;
    connection.watch((state) => states.push(state.status));
  });
  afterEach(() => vi.useRealTimers());

  const settle = (ms = DEBOUNCE_MS) => vi.advanceTimersByTimeAsync(ms);

  it('posts what was asked together as one set', async () => {
    const a = recorder();
    const b = recorder();
    connection.subscribe({ sql: 'A', from: '-1m' }, a.listener);
    connection.subscribe({ sql: 'B' }, b.listener);
    await settle();

    expect(server.posts).toHaveLength(1);
    expect(server.last?.queries).toEqual([
      { id: 'q1', sql: 'A', from: '-1m' },
      { id: 'q2', sql: 'B' },
    ]);
    await server.say([
      { query: 'q2', row: { n: 2 } },
      { query: 'q1', row: { n: 1 } },
    ]);
    expect([a.heard, b.heard]).toEqual([['rows 1'], ['rows 2']]);
    expect(states).toEqual(['live']);
  });

  it('hands out what came together in order, rows in one call', async () => {
    const { heard, listener } = recorder();
    connection.subscribe({ sql: 'A' }, listener);
    await settle();
    await server.say([
      { query: 'q1', row: { n: 1 }, id: '1' },
      { query: 'q1', row: { n: 2 }, id: '2' },
      { query: 'q1', watermark: { watermark: 'w' }, id: '3' },
      { query: 'q1', update: { n: 3 } },
      { query: 'q1', gap: { rows: 5, reason: 'r', detail: 'd' } },
      { query: 'q1', row: { n: 4 }, id: '4' },
    ]);

    expect(heard).toEqual(['rows 1,2', 'watermark w', 'updates 3', 'gap 5', 'rows 4']);
  });

  it('goes on at each query’s token when the set changes, and hears the old answer no more', async () => {
    const a = recorder();
    connection.subscribe({ sql: 'A' }, a.listener);
    await settle();
    await server.say([{ query: 'q1', row: { n: 1 }, id: 'after-1' }]);
    const second = connection.subscribe({ sql: 'B' }, recorder().listener, 'given');
    await settle();

    expect(server.posts[0]?.signal.aborted).toBe(true);
    expect(server.last?.queries).toEqual([
      { id: 'q1', sql: 'A', after: 'after-1' },
      { id: 'q2', sql: 'B', after: 'given' },
    ]);
    await server.say([{ query: 'q1', row: { n: 2 }, id: 'after-2' }], 0);
    await server.say([{ query: 'q1', row: { n: 2 }, id: 'after-2' }]);
    expect(a.rows).toEqual([{ n: 1 }, { n: 2 }]);

    second.close();
    await settle();
    expect(server.last?.queries).toEqual([{ id: 'q1', sql: 'A', after: 'after-2' }]);
  });

  it('loses and doubles no row over any sequence of cuts and changes', async () => {
    const a = recorder();
    connection.subscribe({ sql: 'A' }, a.listener);
    await settle();
    let seed = 7;
    for (let step = 0; step < 200; step++) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const dice = seed >>> 16;
      // What a server does: it goes on after the token of the newest post.
      const from = Number(server.last?.queries.find(({ id }) => id === 'q1')?.after ?? 0);
      expect(from).toBe(a.rows.length);
      const count = dice % 4;
      await server.say(
        Array.from({ length: count }, (_, i) => ({ query: 'q1', row: { n: from + i }, id: `${from + i + 1}` })),
      );
      if (dice % 3 === 0) {
        await server.end();
        connection.retry();
        await settle(0);
      } else {
        connection.subscribe({ sql: `B${step}` }, {});
        await settle();
      }
    }
    expect(a.rows.map((row) => row.n)).toEqual(a.rows.map((_, i) => i));
    expect(a.rows.length).toBeGreaterThan(100);
  });

  it('says since when it is disconnected, waits longer each time, and is live again', async () => {
    vi.setSystemTime(1_000);
    connection.subscribe({ sql: 'A' }, {});
    server.away = true;
    await settle();
    expect(connection.state).toMatchObject({ status: 'disconnected', since: 1_000 + DEBOUNCE_MS });
    await settle(FIRST_WAIT_MS);
    expect(server.posts).toHaveLength(2);
    await settle(FIRST_WAIT_MS);
    expect(server.posts).toHaveLength(2);
    await settle(FIRST_WAIT_MS);
    expect(server.posts).toHaveLength(3);
    expect(connection.state).toMatchObject({ since: 1_000 + DEBOUNCE_MS });

    server.away = false;
    connection.retry();
    await settle(0);
    expect(connection.state).toEqual({ status: 'live' });
  });

  it('takes silence for a broken connection', async () => {
    connection.subscribe({ sql: 'A' }, {});
    await settle();
    await server.say([{ query: 'q1', watermark: { watermark: null }, id: 't' }]);
    await settle(SILENCE_MS - 1);
    expect(connection.state.status).toBe('live');
    await settle(1);
    expect(connection.state).toMatchObject({ status: 'disconnected', problem: { code: 'SILENT' } });
    expect(server.posts[0]?.signal.aborted).toBe(true);
    await settle(FIRST_WAIT_MS);
    expect(server.last?.queries[0]?.after).toBe('t');
  });

  it('lets a query that is wrong fail alone', async () => {
    const a = recorder();
    const b = recorder();
    connection.subscribe({ sql: 'A' }, a.listener);
    connection.subscribe({ sql: 'B' }, b.listener);
    await settle();
    await server.say([
      { query: 'q1', error: problem('QUERY_UNKNOWN_COLUMN', 400) },
      { query: 'q2', row: { n: 1 } },
    ]);
    expect(a.heard).toEqual(['error QUERY_UNKNOWN_COLUMN']);
    expect(b.heard).toEqual(['rows 1']);
    await server.end();
    await settle(FIRST_WAIT_MS);
    expect(server.last?.queries.map(({ id }) => id)).toEqual(['q2']);
  });

  it('asks again after what passes, from its token', async () => {
    const { heard, listener } = recorder();
    connection.subscribe({ sql: 'A' }, listener);
    await settle();
    await server.say([{ query: 'q1', error: problem('SLOW_SUBSCRIBER', 429), id: 'slow' }]);
    expect(heard).toEqual(['retry SLOW_SUBSCRIBER']);
    await settle(FIRST_WAIT_MS);
    expect(server.last?.queries).toEqual([{ id: 'q1', sql: 'A', after: 'slow' }]);
  });

  it('begins anew, and says so, when its place is gone', async () => {
    const { heard, listener } = recorder();
    connection.subscribe({ sql: 'A' }, listener, 'old');
    await settle();
    await server.say([{ query: 'q1', error: problem('POSITION_EXPIRED', 410) }]);
    await settle();
    expect(server.last?.queries).toEqual([{ id: 'q1', sql: 'A' }]);
    await server.say([{ query: 'q1', error: problem('POSITION_EXPIRED', 410) }]);
    expect(heard).toEqual(['restart POSITION_EXPIRED', 'error POSITION_EXPIRED']);
  });

  it('does not ask again what has ended', async () => {
    const { heard, listener } = recorder();
    connection.subscribe({ sql: 'A', to: 'now' }, listener);
    await settle();
    await server.say([{ query: 'q1', end: { reason: 'to' }, id: 'e' }]);
    await server.end();
    await settle(PROBE_MS);
    expect(heard).toEqual(['end to']);
    expect(server.posts).toHaveLength(1);
    expect(server.probes).toBe(1);
    expect(connection.state.status).toBe('live');
  });

  it('tells all when the set is refused as a whole, and does not insist', async () => {
    const { heard, listener } = recorder();
    server.refusal = problem('QUERY_SET_TOO_LARGE', 413);
    connection.subscribe({ sql: 'A' }, listener);
    await settle();
    await settle(60_000);
    expect(heard).toEqual(['error QUERY_SET_TOO_LARGE']);
    expect(server.posts).toHaveLength(1);
  });

  it('insists when the server says it is for now', async () => {
    server.refusal = problem('OVERLOADED', 503);
    connection.subscribe({ sql: 'A' }, {});
    await settle();
    expect(connection.state).toMatchObject({ status: 'disconnected', problem: { code: 'OVERLOADED' } });
    server.refusal = undefined;
    await settle(FIRST_WAIT_MS);
    expect(connection.state.status).toBe('live');
  });

  it('looks whether there is a server while nothing is asked', async () => {
    connection.start();
    await settle();
    expect([server.probes, connection.state.status]).toEqual([1, 'live']);
    server.away = true;
    await settle(PROBE_MS);
    expect(connection.state.status).toBe('disconnected');
  });
});
