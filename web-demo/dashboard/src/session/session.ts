import { asProblem, isTransient, localProblem, type Problem, ProblemError, problemOf } from 'sluice-client';

/** Whom the gateway takes the page for. */
export interface Caller {
  /** False where nobody is asked. */
  authenticated: boolean;
  subject: string;
  rights: string[];
  device: string | null;
  /** Until when, if there is an end. */
  expires: string | null;
}

/**
 * `open`: nobody was asked, so far. `out`: who asks must sign in; `reason`: why what they had is no good. `in`: they have;
 * `who` once the gateway has said it.
 */
export type SessionState =
  | { status: 'open' }
  | { status: 'out'; reason?: Problem }
  | { status: 'in'; who: Caller | undefined };

/** Where the token is kept: sessionStorage is of one tab, and ends with it. */
export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'sluice.token';
const CALLER = '/v1/caller';
/** What a header takes, and no token has more. */
const TOKEN = /^[\x21-\x7e]+$/;
const AGAIN_MS = 5_000;
/** A machine that slept is asked about soon after, and a timer takes no more than 24 days. */
const LONGEST_MS = 600_000;

/** Who is signed in to this page, if that is asked for. */
export class Session {
  private readonly watchers = new Set<(state: SessionState) => void>();
  private token: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private now: SessionState = { status: 'open' };

  constructor(private readonly kept: Kept | undefined) {
    this.token = this.read();
    if (this.token) {
      this.now = { status: 'in', who: undefined };
    }
  }

  get state(): SessionState {
    return this.now;
  }

  watch(watcher: (state: SessionState) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Asks who it is whose token the tab has kept, if it has. */
  async start(): Promise<void> {
    const token = this.token;
    if (!token) {
      return;
    }
    try {
      this.known(token, await whoHas(token));
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (this.token !== token) {
        return;
      }
      if (isTransient(problem)) {
        this.askIn(AGAIN_MS);
      } else {
        this.refused(problem, token);
      }
    }
  }

  /** As fetch, in the name of who is signed in. What is refused because nobody is, or no more, leads to the sign-in. */
  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const { token } = this;
    const response = await fetch(input, token ? { ...init, headers: withToken(init.headers, token) } : init);
    if (response.status === 401) {
      this.refused(await problemOf(response.clone()), token);
    }
    return response;
  };

  /** Throws {@link ProblemError} if the token is not taken; then whoever is signed in stays so. */
  async signIn(pasted: string): Promise<void> {
    const token = pasted.trim().replace(/^Bearer\s+/i, '');
    if (!TOKEN.test(token)) {
      throw new ProblemError(noToken());
    }
    const who = await whoHas(token);
    this.keep(token);
    this.known(token, who);
  }

  signOut() {
    this.keep(undefined);
    this.become({ status: 'out' });
  }

  /**
   * What was asked was not let in.
   *
   * @param token with which it was asked; of one that is not used any more nothing is told
   */
  refused(problem: Problem, token = this.token) {
    if (token !== this.token || this.now.status === 'out') {
      return;
    }
    this.keep(undefined);
    this.become(problem.code === 'UNAUTHENTICATED' ? { status: 'out' } : { status: 'out', reason: problem });
  }

  private known(token: string, who: Caller) {
    if (this.token !== token) {
      return;
    }
    if (!who.authenticated) {
      this.keep(undefined);
      this.become({ status: 'open' });
      return;
    }
    this.become({ status: 'in', who });
    if (who.expires) {
      this.askIn(Date.parse(who.expires) - Date.now());
    }
  }

  /** The gateway's clock decides what has expired, not the browser's. */
  private askIn(ms: number) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.start(), Math.min(Math.max(ms, 1_000), LONGEST_MS));
  }

  private become(state: SessionState) {
    this.now = state;
    for (const watcher of this.watchers) {
      watcher(state);
    }
  }

  private read(): string | undefined {
    try {
      return this.kept?.getItem(KEY) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Where storage is closed to the page, until it is loaded anew. */
  private keep(token: string | undefined) {
    clearTimeout(this.timer);
    this.token = token;
    try {
      if (token) {
        this.kept?.setItem(KEY, token);
      } else {
        this.kept?.removeItem(KEY);
      }
    } catch {
      // It is kept here all the same.
    }
  }
}

async function whoHas(token: string): Promise<Caller> {
  const response = await fetch(CALLER, { headers: withToken(undefined, token), cache: 'no-store' });
  if (!response.ok) {
    throw new ProblemError(await problemOf(response));
  }
  return (await response.json()) as Caller;
}

function withToken(headers: HeadersInit | undefined, token: string): Headers {
  const all = new Headers(headers);
  all.set('Authorization', `Bearer ${token}`);
  return all;
}

function noToken(): Problem {
  const problem = localProblem(
    'TOKEN_INVALID',
    'No token',
    'A token is one word, as xxxxx.yyyyy.zzzzz: paste it whole.',
  );
  return { ...problem, status: 401 };
}
