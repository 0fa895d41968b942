import { deepEqual, equal, ok } from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { FIRST_WAIT_MS } from '../src/backoff.js';
import type { Problem } from '../src/problem.js';
import { DEBOUNCE_MS, PROBE_MS, SILENCE_MS, SluiceQueries } from '../src/queries.js';
import type { ConnectionState, QueryListener, Row } from '../src/types.js';
import { advance, matches, Script } from './script.js';

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

describe('SluiceQueries', () => {
  let server: Script;
  let connection: SluiceQueries;
  const states: ConnectionState['status'][] = [];

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    server = new Script();
    connection = new SluiceQueries(server);
    states.length = 0;
    connection.watch((state) => states.push(state.status));
  });
  afterEach(() => mock.timers.reset());

  const settle = (ms = DEBOUNCE_MS) => advance(ms);

  it('posts what was asked together as one set', async () => {
    const a = recorder();
    const b = recorder();
    connection.subscribe({ sql: 'A', from: '-1m' }, a.listener);
    connection.subscribe({ sql: 'B' }, b.listener);
    await settle();

    equal(server.posts.length, 1);
    deepEqual(server.last?.queries, [
      { id: 'q1', sql: 'A', from: '-1m' },
      { id: 'q2', sql: 'B' },
    ]);
    await server.say([
      { query: 'q2', row: { n: 2 } },
      { query: 'q1', row: { n: 1 } },
    ]);
    deepEqual([a.heard, b.heard], [['rows 1'], ['rows 2']]);
    deepEqual(states, ['live']);
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

    deepEqual(heard, ['rows 1,2', 'watermark w', 'updates 3', 'gap 5', 'rows 4']);
  });

  it('goes on at each query’s token when the set changes, and hears the old answer no more', async () => {
    const a = recorder();
    connection.subscribe({ sql: 'A' }, a.listener);
    await settle();
    await server.say([{ query: 'q1', row: { n: 1 }, id: 'after-1' }]);
    const second = connection.subscribe({ sql: 'B' }, recorder().listener, 'given');
    await settle();

    equal(server.posts[0]?.signal.aborted, true);
    deepEqual(server.last?.queries, [
      { id: 'q1', sql: 'A', after: 'after-1' },
      { id: 'q2', sql: 'B', after: 'given' },
    ]);
    await server.say([{ query: 'q1', row: { n: 2 }, id: 'after-2' }], 0);
    await server.say([{ query: 'q1', row: { n: 2 }, id: 'after-2' }]);
    deepEqual(a.rows, [{ n: 1 }, { n: 2 }]);

    second.close();
    await settle();
    deepEqual(server.last?.queries, [{ id: 'q1', sql: 'A', after: 'after-2' }]);
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
      equal(from, a.rows.length);
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
    deepEqual(
      a.rows.map((row) => row.n),
      a.rows.map((_, i) => i),
    );
    ok(a.rows.length > 100);
  });

  it('says since when it is disconnected, waits longer each time, and is live again', async () => {
    mock.timers.setTime(1_000);
    connection.subscribe({ sql: 'A' }, {});
    server.away = true;
    await settle();
    matches(connection.state, { status: 'disconnected', since: 1_000 + DEBOUNCE_MS });
    await settle(FIRST_WAIT_MS);
    equal(server.posts.length, 2);
    await settle(FIRST_WAIT_MS);
    equal(server.posts.length, 2);
    await settle(FIRST_WAIT_MS);
    equal(server.posts.length, 3);
    matches(connection.state, { since: 1_000 + DEBOUNCE_MS });

    server.away = false;
    connection.retry();
    await settle(0);
    deepEqual(connection.state, { status: 'live' });
  });

  it('takes silence for a broken connection', async () => {
    connection.subscribe({ sql: 'A' }, {});
    await settle();
    await server.say([{ query: 'q1', watermark: { watermark: null }, id: 't' }]);
    await settle(SILENCE_MS - 1);
    equal(connection.state.status, 'live');
    await settle(1);
    matches(connection.state, { status: 'disconnected', problem: { code: 'SILENT' } });
    equal(server.posts[0]?.signal.aborted, true);
    await settle(FIRST_WAIT_MS);
    equal(server.last?.queries[0]?.after, 't');
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
    deepEqual(a.heard, ['error QUERY_UNKNOWN_COLUMN']);
    deepEqual(b.heard, ['rows 1']);
    await server.end();
    await settle(FIRST_WAIT_MS);
    deepEqual(
      server.last?.queries.map(({ id }) => id),
      ['q2'],
    );
  });

  it('asks again after what passes, from its token', async () => {
    const { heard, listener } = recorder();
    connection.subscribe({ sql: 'A' }, listener);
    await settle();
    await server.say([{ query: 'q1', error: problem('SLOW_SUBSCRIBER', 429), id: 'slow' }]);
    deepEqual(heard, ['retry SLOW_SUBSCRIBER']);
    await settle(FIRST_WAIT_MS);
    deepEqual(server.last?.queries, [{ id: 'q1', sql: 'A', after: 'slow' }]);
  });

  it('waits longer each time it is refused for now, whatever says so', async () => {
    connection.subscribe({ sql: 'A' }, {});
    await settle();
    for (let wait = FIRST_WAIT_MS, posts = 1; wait <= 4 * FIRST_WAIT_MS; wait *= 2, posts++) {
      equal(server.posts.length, posts);
      await server.say([{ query: 'q1', error: problem('QUOTA_EXCEEDED', 429) }]);
      await server.end();
      await settle(wait - 1);
      equal(server.posts.length, posts);
      await settle(1);
    }
    deepEqual(states, ['live']);
  });

  it('asks with another token when its own expires on the way', async () => {
    const { heard, listener } = recorder();
    connection.subscribe({ sql: 'A' }, listener);
    await settle();
    await server.say([
      { query: 'q1', row: { n: 1 }, id: 'one' },
      { query: 'q1', error: problem('TOKEN_EXPIRED', 401) },
    ]);
    await server.end();
    await settle(FIRST_WAIT_MS);
    equal(server.last?.queries[0]?.after, 'one');
    deepEqual(heard, ['rows 1', 'retry TOKEN_EXPIRED']);
  });

  it('harms nobody if a listener throws', async () => {
    const { heard, listener } = recorder();
    const reported: Error[] = [];
    process.setUncaughtExceptionCaptureCallback((error) => reported.push(error));
    connection.subscribe(
      { sql: 'A' },
      {
        onRows: () => {
          throw new Error('of the listener');
        },
      },
    );
    connection.subscribe({ sql: 'B' }, listener);
    await settle();
    await server.say([
      { query: 'q1', row: { n: 1 } },
      { query: 'q2', row: { n: 2 } },
    ]);
    deepEqual(heard, ['rows 2']);
    equal(connection.state.status, 'live');
    process.setUncaughtExceptionCaptureCallback(null);
    equal(reported[0]?.message, 'of the listener');
  });

  it('begins anew, and says so, when its place is gone', async () => {
    const { heard, listener } = recorder();
    connection.subscribe({ sql: 'A' }, listener, 'old');
    await settle();
    await server.say([{ query: 'q1', error: problem('POSITION_EXPIRED', 410) }]);
    await settle();
    deepEqual(server.last?.queries, [{ id: 'q1', sql: 'A' }]);
    await server.say([{ query: 'q1', error: problem('POSITION_EXPIRED', 410) }]);
    deepEqual(heard, ['restart POSITION_EXPIRED', 'error POSITION_EXPIRED']);
  });

  it('does not ask again what has ended', async () => {
    const { heard, listener } = recorder();
    connection.subscribe({ sql: 'A', to: 'now' }, listener);
    await settle();
    await server.say([{ query: 'q1', end: { reason: 'to' }, id: 'e' }]);
    await server.end();
    await settle(PROBE_MS);
    deepEqual(heard, ['end to']);
    equal(server.posts.length, 1);
    equal(server.probes, 1);
    equal(connection.state.status, 'live');
  });

  it('tells all when the set is refused as a whole, and does not insist', async () => {
    const { heard, listener } = recorder();
    server.refusal = problem('QUERY_SET_TOO_LARGE', 413);
    connection.subscribe({ sql: 'A' }, listener);
    await settle();
    await settle(60_000);
    deepEqual(heard, ['error QUERY_SET_TOO_LARGE']);
    equal(server.posts.length, 1);
  });

  it('insists when the server says it is for now', async () => {
    server.refusal = problem('OVERLOADED', 503);
    connection.subscribe({ sql: 'A' }, {});
    await settle();
    matches(connection.state, { status: 'disconnected', problem: { code: 'OVERLOADED' } });
    server.refusal = undefined;
    await settle(FIRST_WAIT_MS);
    equal(connection.state.status, 'live');
  });

  it('looks whether there is a server while nothing is asked', async () => {
    connection.start();
    await settle();
    deepEqual([server.probes, connection.state.status], [1, 'live']);
    server.away = true;
    await settle(PROBE_MS);
    equal(connection.state.status, 'disconnected');
  });
});
