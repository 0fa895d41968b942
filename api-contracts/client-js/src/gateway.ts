import { localProblem, ProblemError, problemOf } from './problem.js';

/** What the client calls itself; a browser names itself besides. */
export const CLIENT = 'sluice-js/0.1.0';

/** What the door of WebSockets answers to a request for anything else, if it has nothing against who asks. */
const UPGRADE_MISSING = 405;

/** What is no question is answered at once, or not any more. */
const ANSWER_WITHIN_MS = 20_000;

/** What queries need of the world. */
export interface Server {
  /** POSTs a set of queries. */
  post(body: string, signal: AbortSignal): Promise<Response>;
  /** Whether there is a server. */
  probe(): Promise<Response>;
  /** In [0, 1). */
  random(): number;
}

/** A bearer token that is good now; it is asked for anew for each request and connection. */
export type TokenSource = () => string | undefined | Promise<string | undefined>;

export interface GatewayOptions {
  /** Of its HTTP port; in a page the page's own origin if not given. */
  url?: string | URL;
  token?: TokenSource;
  /** In place of the platform's: one that adds to each request, say. */
  fetch?: typeof fetch;
}

/** A gateway's HTTP doors, for who asks and for who sends. */
export class Gateway implements Server {
  private readonly token: TokenSource | undefined;
  private readonly url: string | URL;
  private readonly through: typeof fetch;

  constructor({ url, token, fetch: through }: GatewayOptions = {}) {
    this.url = url === undefined && globalThis.location ? globalThis.location.href : addressOf(url);
    this.token = token;
    this.through = through ?? ((...asked) => fetch(...asked));
  }

  post(body: string, signal: AbortSignal): Promise<Response> {
    return this.fetch('/v1/query', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body,
      signal,
    });
  }

  probe(): Promise<Response> {
    return this.fetch('/actuator/health/liveness', {});
  }

  random(): number {
    return Math.random();
  }

  /** Throws the problem for which the door of a stream's WebSockets takes none from this caller, if there is one. */
  async requireDoor(stream: string): Promise<void> {
    const answer = await this.fetch(door(stream), {});
    if (answer.status !== UPGRADE_MISSING) {
      throw new ProblemError(await problemOf(answer));
    }
    await answer.body?.cancel();
  }

  /** Where a device's WebSocket goes; with a ticket, good for one use, if there is a token. */
  async socket(stream: string): Promise<URL> {
    const address = this.address(door(stream));
    address.protocol = address.protocol.replace('http', 'ws');
    address.searchParams.set('client', CLIENT);
    if (this.token) {
      const answer = await this.fetch('/v1/tickets', { method: 'POST' });
      if (!answer.ok) {
        throw new ProblemError(await problemOf(answer));
      }
      const { ticket } = (await answer.json()) as { ticket?: string };
      if (typeof ticket !== 'string') {
        throw new ProblemError(localProblem('TICKET_MISSING', 'No ticket', 'The gateway answered without a ticket.'));
      }
      address.searchParams.set('ticket', ticket);
    }
    return address;
  }

  /** A refused token is asked for once more: it may have expired on the way. */
  private async fetch(path: string, request: RequestInit): Promise<Response> {
    const answer = await this.fetchOnce(path, request);
    if (answer.status !== 401 || !this.token) {
      return answer;
    }
    await answer.body?.cancel();
    return this.fetchOnce(path, request);
  }

  private async fetchOnce(path: string, request: RequestInit): Promise<Response> {
    const headers = new Headers(request.headers);
    const token = await this.token?.();
    if (token) {
      headers.set('Authorization', `Bearer ${token}`);
    }
    const signal = request.signal ?? AbortSignal.timeout(ANSWER_WITHIN_MS);
    return this.through(this.address(path), { ...request, signal, headers, cache: 'no-store' });
  }

  private address(path: string): URL {
    return new URL(path, this.url);
  }
}

/** @throws TypeError if it is none of HTTP's: trying it again and again would say no more than that nobody answers */
function addressOf(url: string | URL | undefined): URL {
  try {
    const address = new URL(url ?? '');
    if (address.protocol === 'http:' || address.protocol === 'https:') {
      return address;
    }
  } catch {
    // Told below, as what is of another protocol.
  }
  throw new TypeError(`url must be like http://localhost:8080: was ${url}`);
}

/** The path at which a stream takes events. */
function door(stream: string): string {
  return `/v1/streams/${encodeURIComponent(stream)}/events`;
}
