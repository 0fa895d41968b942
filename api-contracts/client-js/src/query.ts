import { backoff } from './backoff.js';
import { readEvents } from './events.js';
import type { Server } from './gateway.js';
import { asProblem, hasExpired, isTransient, localProblem, type Problem, ProblemError, problemOf } from './problem.js';
import { SILENCE_MS } from './queries.js';
import type { QueryEvent, QuerySpec, Row } from './types.js';

export interface QueryOptions {
  /** A token: goes on after that event. */
  after?: string;
  /** Ends it; the iteration ends as if there were no more. */
  signal?: AbortSignal;
  /** It was refused for now or cut off, and is asked again a little later. */
  onRetry?(problem: Problem): void;
}

/**
 * A question and its rows, as `for await` takes them: the next is read when it is asked for, and one who is slower than
 * the query is treated as its `overflow` says. A connection that is lost is made again, and the answer goes on after the
 * last event that was taken: no final row is lost, and none comes twice. What is refused for good is thrown as
 * {@link ProblemError}.
 */
export class SluiceQuery implements AsyncIterable<Row> {
  private last: string | undefined;

  constructor(
    private readonly server: Server,
    private readonly spec: QuerySpec,
    private readonly options: QueryOptions = {},
  ) {
    this.last = options.after;
  }

  /** Where to go on after the last event that was taken. */
  get token(): string | undefined {
    return this.last;
  }

  /** The rows; with `emit: 'changes'` early ones too, which {@link events} tells apart. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void> {
    for await (const { row, update } of this.events()) {
      const either = row ?? update;
      if (either) {
        yield either;
      }
    }
  }

  /** Rows, early rows, watermarks, gaps and the end. */
  async *events(): AsyncGenerator<QueryEvent, void> {
    let failures = 0;
    while (!this.aborted()) {
      let problem = localProblem('STREAM_ENDED', 'Cut off', 'The answer ended before its query did.');
      let expired = false;
      try {
        for await (const event of this.answer()) {
          this.last = event.id ?? this.last;
          if (event.error) {
            expired = hasExpired(event.error);
            throw new ProblemError(event.error);
          }
          failures = 0;
          yield event;
          if (event.end) {
            return;
          }
        }
      } catch (thrown) {
        problem = asProblem(thrown);
      }
      if (this.aborted()) {
        return;
      }
      if (!isTransient(problem) && !expired) {
        throw new ProblemError(problem);
      }
      this.options.onRetry?.(problem);
      await pause(backoff(++failures, this.server.random()), this.options.signal);
    }
  }

  private aborted(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  /** The events of one connection. */
  private async *answer(): AsyncGenerator<QueryEvent & { error?: Problem }, void> {
    const call = new AbortController();
    const { signal } = this.options;
    const abort = () => call.abort();
    signal?.addEventListener('abort', abort);
    try {
      const body = JSON.stringify({ queries: [{ id: 'q', ...this.spec, after: this.last }] });
      const response = await withinSilence(call, this.server.post(body, call.signal));
      if (!response.ok || !response.body) {
        throw new ProblemError(await problemOf(response));
      }
      const pieces = readEvents<QueryEvent & { error?: Problem }>(response.body);
      for (;;) {
        const { done, value } = await withinSilence(call, pieces.next());
        if (done) {
          return;
        }
        yield* value;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      call.abort();
    }
  }
}

/** Each query says something at least every 15 s: who is silent for longer is gone, whatever the socket says. */
async function withinSilence<T>(call: AbortController, next: Promise<T>): Promise<T> {
  const silent = () => {
    call.abort(new ProblemError(localProblem('SILENT', 'Silent', `Nothing came for ${SILENCE_MS / 1000} s.`)));
  };
  const timer = setTimeout(silent, SILENCE_MS);
  try {
    return await next;
  } finally {
    clearTimeout(timer);
  }
}

/** Ends early if it is aborted. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
