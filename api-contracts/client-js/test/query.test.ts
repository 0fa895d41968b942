import { deepEqual, equal, rejects } from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { FIRST_WAIT_MS } from '../src/backoff.js';
import type { Problem } from '../src/problem.js';
import { SILENCE_MS } from '../src/queries.js';
import { SluiceQuery } from '../src/query.js';
import type { Row } from '../src/types.js';
import { advance, Script } from './script.js';

const problem = (code: string, status: number): Problem => ({ type: '', title: code, status, code, detail: code });

describe('SluiceQuery', () => {
  let server: Script;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    server = new Script(true);
  });
  afterEach(() => mock.timers.reset());

  function reading(query: SluiceQuery) {
    const rows: Row[] = [];
    const end = (async () => {
      for await (const row of query) {
        rows.push(row);
      }
    })();
    end.catch(() => {});
    return { rows, end };
  }

  it('goes on after the last row that was taken when it is cut', async () => {
    const query = new SluiceQuery(server, { sql: 'A' });
    const { rows, end } = reading(query);
    await advance(0);
    await server.say([
      { query: 'q', row: { n: 1 }, id: 'one' },
      { query: 'q', row: { n: 2 }, id: 'two' },
    ]);
    await server.end();
    await advance(FIRST_WAIT_MS);
    deepEqual(server.last?.queries, [{ id: 'q', sql: 'A', after: 'two' }]);
    await server.say([
      { query: 'q', row: { n: 3 }, id: 'three' },
      { query: 'q', end: { reason: 'to' }, id: 'end' },
    ]);
    await end;
    deepEqual(
      rows.map(({ n }) => n),
      [1, 2, 3],
    );
    equal(query.token, 'end');
  });

  it('reads no further than it is asked to', async () => {
    const query = new SluiceQuery(server, { sql: 'A' });
    const rows = query[Symbol.asyncIterator]();
    const first = rows.next();
    await advance(0);
    await server.say([
      { query: 'q', row: { n: 1 }, id: 'one' },
      { query: 'q', row: { n: 2 }, id: 'two' },
    ]);
    deepEqual((await first).value, { n: 1 });
    // Who takes nothing is not silent, and has not had the second.
    await advance(2 * SILENCE_MS);
    equal(query.token, 'one');
    equal(server.posts.length, 1);
    await rows.return(undefined);
    equal(server.posts[0]?.signal.aborted, true);
  });

  it('takes silence for a broken connection, and what passes for a reason to wait', async () => {
    const retries: string[] = [];
    const { rows } = reading(new SluiceQuery(server, { sql: 'A' }, { onRetry: ({ code }) => retries.push(code) }));
    await advance(SILENCE_MS);
    await advance(FIRST_WAIT_MS);
    await server.say([{ query: 'q', error: problem('SLOW_SUBSCRIBER', 429), id: 'slow' }]);
    await advance(2 * FIRST_WAIT_MS);
    equal(server.last?.queries[0]?.after, 'slow');
    await server.say([{ query: 'q', row: { n: 1 } }]);
    equal(rows.length, 1);
    deepEqual(retries, ['SILENT', 'SLOW_SUBSCRIBER']);
  });

  it('waits longer each time it is refused for now, whatever says so', async () => {
    const { rows } = reading(new SluiceQuery(server, { sql: 'A' }));
    await advance(0);
    for (let wait = FIRST_WAIT_MS, posts = 1; wait <= 4 * FIRST_WAIT_MS; wait *= 2, posts++) {
      equal(server.posts.length, posts);
      await server.say([{ query: 'q', error: problem('QUOTA_EXCEEDED', 429) }]);
      await server.end();
      await advance(wait - 1);
      equal(server.posts.length, posts);
      await advance(1);
    }
    await server.say([{ query: 'q', row: { n: 1 } }]);
    equal(rows.length, 1);
  });

  it('asks with another token when its own expires on the way', async () => {
    const { rows, end } = reading(new SluiceQuery(server, { sql: 'A' }));
    await advance(0);
    await server.say([
      { query: 'q', row: { n: 1 }, id: 'one' },
      { query: 'q', error: problem('TOKEN_EXPIRED', 401) },
    ]);
    await advance(FIRST_WAIT_MS);
    equal(server.last?.queries[0]?.after, 'one');
    server.refusal = problem('TOKEN_INVALID', 401);
    await server.end();
    await advance(2 * FIRST_WAIT_MS);
    await rejects(end, { code: 'TOKEN_INVALID' });
    equal(rows.length, 1);
  });

  it('throws what is refused for good', async () => {
    const { end } = reading(new SluiceQuery(server, { sql: 'A' }));
    await advance(0);
    await server.say([{ query: 'q', error: problem('QUERY_UNKNOWN_COLUMN', 400) }]);
    await rejects(end, { code: 'QUERY_UNKNOWN_COLUMN' });
  });

  it('ends when it is aborted', async () => {
    const abort = new AbortController();
    const { rows, end } = reading(new SluiceQuery(server, { sql: 'A' }, { signal: abort.signal, after: 'given' }));
    await advance(0);
    equal(server.last?.queries[0]?.after, 'given');
    await server.say([{ query: 'q', row: { n: 1 } }]);
    abort.abort();
    await end;
    equal(rows.length, 1);
  });
});
