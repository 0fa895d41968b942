import {
  asProblem,
  backoff,
  type ConnectionState,
  isTransient,
  localProblem,
  type Problem,
  ProblemError,
  problemOf,
  readEvents,
} from 'sluice-client';

/** One document a second comes: who is silent for so much longer is gone. */
export const WATCH_SILENCE_MS = 8_000;

/** What a watch needs of the world. */
export interface Source {
  open(signal: AbortSignal): Promise<Response>;
  /** In [0, 1). */
  random(): number;
}

/**
 * Documents that a server sends one after the other, each the whole truth: none is missed for having been away, so
 * nothing is resumed. Comes back by itself until it is closed, or refused for good.
 */
export class Watch<T> {
  private call: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private since: number | undefined;

  constructor(
    private readonly source: Source,
    private readonly onDocument: (document: T) => void,
    private readonly onState: (state: ConnectionState) => void,
  ) {}

  open() {
    this.hangUp();
    const call = new AbortController();
    this.call = call;
    this.read(call).catch((thrown) => this.failed(call, thrown));
  }

  close() {
    this.hangUp();
    this.call = undefined;
  }

  private hangUp() {
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.call?.abort();
  }

  private async read(call: AbortController) {
    this.watchSilence(call);
    const response = await this.source.open(call.signal);
    if (!response.ok || !response.body) {
      throw new ProblemError(await problemOf(response));
    }
    for await (const documents of readEvents<T | Problem>(response.body)) {
      if (this.call !== call) {
        return;
      }
      this.watchSilence(call);
      for (const document of documents) {
        if (isProblem(document)) {
          throw new ProblemError(document);
        }
        this.reached();
        this.onDocument(document);
      }
    }
    throw new ProblemError(localProblem('STREAM_ENDED', 'Cut off', 'The server ended the answer.'));
  }

  private watchSilence(call: AbortController) {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(
      () =>
        this.failed(
          call,
          new ProblemError(localProblem('SILENT', 'Silent', `Nothing came for ${WATCH_SILENCE_MS / 1000} s.`)),
        ),
      WATCH_SILENCE_MS,
    );
  }

  private reached() {
    this.failures = 0;
    this.since = undefined;
    this.onState({ status: 'live' });
  }

  private failed(call: AbortController, thrown: unknown) {
    if (this.call !== call) {
      return;
    }
    this.hangUp();
    this.since ??= Date.now();
    const problem = asProblem(thrown);
    this.onState({ status: 'disconnected', since: this.since, problem });
    if (isTransient(problem)) {
      this.timer = setTimeout(() => this.open(), backoff(++this.failures, this.source.random()));
    }
  }
}

/** What a server says last, when it ends the answer for a reason. */
function isProblem(document: unknown): document is Problem {
  return typeof document === 'object' && document !== null && 'code' in document && 'detail' in document;
}
