import { asProblem, ProblemError } from 'sluice-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { api } from './client';

function answer(body: unknown, status = 200) {
  const fetching = vi.fn(
    async (..._: Parameters<typeof fetch>) =>
      new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }),
  );
  vi.stubGlobal('fetch', fetching);
  return fetching;
}

afterEach(() => vi.unstubAllGlobals());

describe('api', () => {
  it('lists streams', async () => {
    const fetching = answer({ streams: [{ name: 'buses' }] });
    expect(await api.streams()).toEqual([{ name: 'buses' }]);
    expect(fetching.mock.calls[0]?.[0]).toBe('/v1/streams');
  });

  it('escapes names', async () => {
    const fetching = answer({});
    await api.stream('a/b');
    expect(fetching.mock.calls[0]?.[0]).toBe('/v1/streams/a%2Fb');
  });

  it('explains, as a set of one', async () => {
    const fetching = answer(
      '{"query":"explain","row":{"step":"scan","detail":"buses"}}\n{"query":"explain","end":{}}\n',
    );
    expect(await api.explain({ sql: 'SELECT 1 FROM buses', from: '-1m' })).toEqual([{ step: 'scan', detail: 'buses' }]);
    expect(JSON.parse(String(fetching.mock.calls[0]?.[1]?.body))).toEqual({
      queries: [{ id: 'explain', sql: 'EXPLAIN\nSELECT 1 FROM buses', from: '-1m' }],
    });
  });

  it('throws what is wrong with what is explained, at the line of the question itself', async () => {
    const problem = { type: 't', title: 'Unknown column', status: 400, code: 'C', detail: 'd', line: 2, column: 8 };
    answer(`${JSON.stringify({ query: 'explain', error: problem })}\n`);
    await expect(api.explain({ sql: 'SELECT x FROM buses' })).rejects.toMatchObject({
      problem: { line: 1, column: 8 },
    });
  });

  it('throws the problem that the server says', async () => {
    const problem = {
      type: 't',
      title: 'Unknown column',
      status: 400,
      code: 'QUERY_UNKNOWN_COLUMN',
      detail: 'd',
      line: 1,
      column: 8,
    };
    answer(problem, 400);
    await expect(api.ask({ sql: 'x' })).rejects.toMatchObject({ problem });
  });

  it('makes a problem of what is none', async () => {
    answer('<html>Bad gateway</html>', 502);
    await expect(api.streams()).rejects.toMatchObject({ problem: { status: 502, code: 'HTTP_502' } });
  });

  it('makes a problem of no answer', async () => {
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('Failed to fetch')));
    await expect(api.streams()).rejects.toBeInstanceOf(ProblemError);
  });
});

it('says what it means that a browser could not fetch', () => {
  expect(asProblem(new TypeError('Failed to fetch'))).toMatchObject({
    code: 'UNREACHABLE',
    detail: expect.stringContaining('goes on by itself'),
  });
});
