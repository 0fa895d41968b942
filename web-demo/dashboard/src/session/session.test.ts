import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Caller, Session } from './session';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const OPS: Caller = {
  authenticated: true,
  subject: 'ops',
  rights: ['admin'],
  device: null,
  expires: '2026-11-22T12:30:00Z',
};
const EXPIRED = { type: 't', title: 'Expired', status: 401, code: 'TOKEN_EXPIRED', detail: 'd' };

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function answer(body: unknown, status = 200) {
  const fetching = vi.fn(async (..._: Parameters<typeof fetch>) => new Response(JSON.stringify(body), { status }));
  vi.stubGlobal('fetch', fetching);
  return fetching;
}

/** Of a tab that has a token already. */
function keeping(token?: string) {
  const kept = new Map(token ? [['sluice.token', token]] : []);
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  return { kept, session: new Session(storage) };
}

function said(fetching: ReturnType<typeof answer>) {
  return fetching.mock.calls.map(([, init]) => new Headers(init?.headers).get('Authorization'));
}

describe('where nobody is asked', () => {
  it('asks nothing, and sends requests as they are', async () => {
    const fetching = answer({});
    const { session } = keeping();
    await session.start();
    expect(fetching).not.toHaveBeenCalled();
    const init = { method: 'POST' };
    await session.fetch('/v1/streams', init);
    expect(fetching).toHaveBeenCalledWith('/v1/streams', init);
    expect(session.state).toEqual({ status: 'open' });
  });

  it('forgets a token that nobody wants', async () => {
    answer({ ...OPS, authenticated: false });
    const { session, kept } = keeping('a.b.c');
    await session.start();
    expect(session.state).toEqual({ status: 'open' });
    expect(kept.size).toBe(0);
  });
});

describe('where one is asked', () => {
  it('leads to the sign-in, without a reason where nothing was said', async () => {
    answer({ ...EXPIRED, code: 'UNAUTHENTICATED' }, 401);
    const { session } = keeping();
    const response = await session.fetch('/v1/streams');
    expect(session.state).toEqual({ status: 'out' });
    expect(((await response.json()) as { code: string }).code).toBe('UNAUTHENTICATED');
  });

  it('keeps a token that is taken, and says it from then on', async () => {
    const fetching = answer(OPS);
    const { session, kept } = keeping();
    await session.signIn('  Bearer a.b.c\n');
    expect(session.state).toEqual({ status: 'in', who: OPS });
    expect([...kept.values()]).toEqual(['a.b.c']);
    await session.fetch('/v1/streams', { headers: { Accept: 'text/plain' } });
    expect(said(fetching)).toEqual(['Bearer a.b.c', 'Bearer a.b.c']);
    expect(new Headers(fetching.mock.calls[1]?.[1]?.headers).get('Accept')).toBe('text/plain');
  });

  it('keeps none that is refused', async () => {
    answer(EXPIRED, 401);
    const { session, kept } = keeping();
    await expect(session.signIn('a.b.c')).rejects.toMatchObject({ problem: EXPIRED });
    expect(kept.size).toBe(0);
  });

  it('sends nothing that can be no token', async () => {
    const fetching = answer(OPS);
    const { session } = keeping();
    for (const pasted of ['', ' ', 'a b', 'tökén', 'a\u0000b']) {
      await expect(session.signIn(pasted)).rejects.toMatchObject({ problem: { code: 'TOKEN_INVALID' } });
    }
    expect(fetching).not.toHaveBeenCalled();
  });

  it('says why one is no good any more, and forgets it', async () => {
    answer(EXPIRED, 401);
    const { session, kept } = keeping('a.b.c');
    await session.fetch('/v1/streams');
    expect(session.state).toEqual({ status: 'out', reason: EXPIRED });
    expect(kept.size).toBe(0);
  });

  it('takes no refusal of an earlier token for one of the newer', async () => {
    const { session } = keeping('old');
    let late: (response: Response) => void = () => {};
    vi.stubGlobal(
      'fetch',
      vi.fn(
        () =>
          new Promise<Response>((resolve) => {
            late = resolve;
          }),
      ),
    );
    const asked = session.fetch('/v1/streams');
    const refuse = late;
    answer(OPS);
    await session.signIn('new');
    refuse(new Response(JSON.stringify(EXPIRED), { status: 401 }));
    await asked;
    expect(session.state).toEqual({ status: 'in', who: OPS });
  });

  it('asks the gateway when the token should have expired, which has the say', async () => {
    const fetching = answer(OPS);
    const { session } = keeping('a.b.c');
    await session.start();
    expect(session.state).toEqual({ status: 'in', who: OPS });
    answer(EXPIRED, 401);
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    expect(session.state).toEqual({ status: 'out', reason: EXPIRED });
    expect(fetching.mock.calls.length).toBeGreaterThan(0);
  });

  it('stays signed in while the gateway is away, and asks again', async () => {
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('Failed to fetch')));
    const { session } = keeping('a.b.c');
    await session.start();
    expect(session.state).toEqual({ status: 'in', who: undefined });
    answer(OPS);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.state).toEqual({ status: 'in', who: OPS });
  });

  it('forgets the token of who signs out', async () => {
    const fetching = answer(OPS);
    const { session, kept } = keeping('a.b.c');
    session.signOut();
    expect(session.state).toEqual({ status: 'out' });
    expect(kept.size).toBe(0);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(fetching).not.toHaveBeenCalled();
  });

  it('goes on where storage is closed to the page', async () => {
    answer(OPS);
    const closed = () => {
      throw new DOMException('no', 'SecurityError');
    };
    const session = new Session({ getItem: closed, setItem: closed, removeItem: closed });
    await session.signIn('a.b.c');
    expect(session.state).toEqual({ status: 'in', who: OPS });
  });
});
