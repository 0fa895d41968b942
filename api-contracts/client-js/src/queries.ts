import { backoff } from './backoff.js';
import { Delivery } from './delivery.js';
import { readEvents } from './events.js';
import type { Server } from './gateway.js';
import { asProblem, hasExpired, isTransient, localProblem, type Problem, ProblemError, problemOf } from './problem.js';
import type { ConnectionState, QueryListener, QuerySpec, SetEvent } from './types.js';

/** Who asks comes and goes together: what changes within this time is one new set. */
export const DEBOUNCE_MS = 25;
/** Each query says something at least every 15 s: who is silent for longer is gone, whatever the socket says. */
export const SILENCE_MS = 20_000;
/** How often one that asks nothing looks whether there is a server. */
export const PROBE_MS = 5_000;

/** Answers of these begin the question anew, without its token. */
const RESTARTING = new Set(['POSITION_EXPIRED', 'RESUME_TOKEN_INVALID', 'STREAM_CHANGED']);

export interface Subscription {
  /** Where to go on after the last event that was delivered. */
  readonly token: string | undefined;
  close(): void;
}

interface Asked {
  spec: QuerySpec;
  listener: QueryListener;
  token: string | undefined;
  failures: number;
}

/**
 * Several live queries on one `POST /v1/query`. When the set changes, or the connection drops, the set is
 * posted again, each query with the token of the last event that its listener has had: no final row is lost, and none
 * comes twice. An answer to an earlier post is never heard once a later one was begun.
 */
export class SluiceQueries {
  private readonly asked = new Map<string, Asked>();
  private readonly watchers = new Set<(state: ConnectionState) => void>();
  private current: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private opensAt = 0;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private lastId = 0;
  private failures = 0;
  private now: ConnectionState = { status: 'connecting' };

  constructor(private readonly server: Server) {}

  get state(): ConnectionState {
    return this.now;
  }

  /** Begins to look for the server, also while nothing is asked. */
  start() {
    this.openIn(DEBOUNCE_MS);
  }

  /** Tries now, not when its wait is over: the machine is back on the network, say. */
  retry() {
    if (this.now.status === 'disconnected') {
      this.openIn(0);
    }
  }

  watch(watcher: (state: ConnectionState) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** @param after a token: goes on after that event */
  subscribe(spec: QuerySpec, listener: QueryListener, after?: string): Subscription {
    const id = `q${++this.lastId}`;
    const asked: Asked = { spec, listener, token: after, failures: 0 };
    this.asked.set(id, asked);
    this.openIn(DEBOUNCE_MS);
    return {
      get token() {
        return asked.token;
      },
      close: () => {
        if (this.asked.delete(id)) {
          this.openIn(DEBOUNCE_MS);
        }
      },
    };
  }

  /** At the latest: what is to happen before that does. */
  private openIn(wait: number) {
    const at = Date.now() + wait;
    if (this.timer === undefined || at < this.opensAt) {
      clearTimeout(this.timer);
      this.opensAt = at;
      this.timer = setTimeout(() => void this.open(), wait);
    }
  }

  private async open() {
    this.hangUp();
    const call = new AbortController();
    this.current = call;
    try {
      if (this.asked.size === 0) {
        await this.lookForServer(call);
      } else {
        await this.ask(call);
      }
    } catch (thrown) {
      if (this.current === call) {
        this.failed(asProblem(thrown));
      }
    }
  }

  private hangUp() {
    clearTimeout(this.timer);
    this.timer = undefined;
    clearTimeout(this.watchdog);
    this.current?.abort();
    this.current = undefined;
  }

  private async lookForServer(call: AbortController) {
    const answer = await this.server.probe();
    if (this.current !== call) {
      return;
    }
    if (!answer.ok) {
      throw new ProblemError(await problemOf(answer));
    }
    this.reached();
    this.openIn(PROBE_MS);
  }

  private async ask(call: AbortController) {
    this.watchSilence(call);
    const response = await this.server.post(this.body(), call.signal);
    if (this.current !== call) {
      return;
    }
    if (!response.ok || !response.body) {
      throw new ProblemError(await problemOf(response));
    }
    this.become({ status: 'live' });
    for await (const events of readEvents<SetEvent>(response.body)) {
      if (this.current !== call) {
        return;
      }
      this.watchSilence(call);
      this.deliver(events);
    }
    if (this.current !== call) {
      return;
    }
    this.ended();
  }

  private body(): string {
    const queries = [...this.asked].map(([id, { spec, token }]) => ({ id, ...spec, after: token }));
    return JSON.stringify({ queries });
  }

  /** The stream has ended: as it should, if every query has; else a later set is on its way, or it was cut. */
  private ended() {
    if (this.asked.size === 0) {
      this.openIn(PROBE_MS);
    } else if (this.timer === undefined) {
      this.failed(localProblem('STREAM_ENDED', 'Cut off', 'The answer ended before its queries did.'));
    }
  }

  private watchSilence(call: AbortController) {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      if (this.current === call) {
        this.failed(localProblem('SILENT', 'Silent', `Nothing came for ${SILENCE_MS / 1000} s.`));
      }
    }, SILENCE_MS);
  }

  private deliver(events: SetEvent[]) {
    if (events.length > 0) {
      this.reached();
    }
    const delivery = new Delivery();
    for (const event of events) {
      const asked = this.asked.get(event.query);
      if (!asked) {
        continue;
      }
      if (event.id) {
        asked.token = event.id;
      }
      if (event.error) {
        this.refused(event.query, asked, event.error, delivery);
      } else {
        asked.failures = 0;
        delivery.add(asked.listener, event);
        if (event.end) {
          this.asked.delete(event.query);
        }
      }
    }
    delivery.run();
  }

  /** One query failed; the others go on. */
  private refused(id: string, asked: Asked, problem: Problem, delivery: Delivery) {
    if (isTransient(problem) || hasExpired(problem)) {
      delivery.call(asked.listener, (listener) => listener.onRetry?.(problem));
      this.openIn(backoff(++asked.failures, this.server.random()));
    } else if (asked.token && RESTARTING.has(problem.code)) {
      asked.token = undefined;
      delivery.call(asked.listener, (listener) => listener.onRestart?.(problem));
      this.openIn(DEBOUNCE_MS);
    } else {
      this.asked.delete(id);
      delivery.call(asked.listener, (listener) => listener.onError?.(problem));
    }
  }

  private failed(problem: Problem) {
    this.hangUp();
    if (isTransient(problem)) {
      const since = this.now.status === 'disconnected' ? this.now.since : Date.now();
      this.become({ status: 'disconnected', since, problem });
      this.openIn(backoff(++this.failures, this.server.random()));
      return;
    }
    // The set as a whole is not to be answered, ever.
    const delivery = new Delivery();
    for (const { listener } of this.asked.values()) {
      delivery.call(listener, (each) => each.onError?.(problem));
    }
    this.asked.clear();
    this.reached();
    this.openIn(PROBE_MS);
    delivery.run();
  }

  private reached() {
    this.failures = 0;
    this.become({ status: 'live' });
  }

  private become(state: ConnectionState) {
    if (state.status === 'live' && this.now.status === 'live') {
      return;
    }
    this.now = state;
    for (const watcher of this.watchers) {
      watcher(state);
    }
  }
}
