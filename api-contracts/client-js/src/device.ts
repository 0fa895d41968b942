import { backoff } from './backoff.js';
import type { Gateway } from './gateway.js';
import type { DeviceCounters, DeviceOptions, Event, Rejection, Socket } from './options.js';
import { type Frame, type Held, Outbox } from './outbox.js';
import { asProblem, isTransient, localProblem, type Problem, ProblemError } from './problem.js';
import { report } from './report.js';
import { MemoryStore, type Store } from './store.js';

/** Nothing was heard for so long while something was to be sent: the connection is gone, whatever the socket says. */
const SILENCE_MS = 60_000;
const SUB_PROTOCOL = 'sluice.v1';

interface Told {
  credit?: number;
  frame?: number;
  retry?: boolean;
  accepted?: number;
  rejected?: Rejection[];
  problem?: Problem;
  code?: string;
  status?: number;
}

/**
 * Streams events into one stream of a Sluice over a WebSocket, by the sub-protocol `sluice.v1`: as many frames as the
 * gateway asks for. Connects by itself, goes on trying, and sends what was not acked again, the same bytes: an event
 * counts once if the stream has an `id`.
 */
export class SluiceDevice {
  private readonly outbox: Outbox;
  private readonly store: Store;
  private readonly buffer: { events: number; bytes: number };
  private readonly framing: { events: number; bytes: number; lingerMs: number };
  private readonly counted = { taken: 0, acked: 0, rejected: 0, dropped: 0, resent: 0, connections: 0 };
  private readonly opened: Promise<void>;
  private next = 0;
  private number = Date.now() * 1_000;
  private turn: Promise<unknown> = Promise.resolve();
  private settled: (() => void)[] = [];
  private socket: Socket | undefined;
  private credit = 0;
  private frames = 0;
  private failures = 0;
  private refusals = 0;
  private lastSaid: Problem | undefined;
  private problem: Problem | undefined;
  /** Why it ended by itself. */
  private failure: Problem | undefined;
  private closing = false;
  /** Events that were handed over and are not in the buffer. */
  private sending = 0;
  /** Of frames that were asked for again. */
  private readonly retrying = new Set<ReturnType<typeof setTimeout>>();
  private reconnecting: ReturnType<typeof setTimeout> | undefined;
  private lingering: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly gateway: Gateway,
    private readonly stream: string,
    private readonly options: DeviceOptions = {},
  ) {
    this.buffer = options.buffer ?? { events: 10_000, bytes: 8 * 1024 * 1024 };
    this.framing = options.frame ?? { events: 500, bytes: 128 * 1024, lingerMs: 5 };
    this.store = options.store ?? new MemoryStore();
    this.outbox = new Outbox(this.framing);
    this.opened = this.open();
  }

  /**
   * Hands an event over. Resolves when it is in the buffer, and in its store if there is one; waits while there is no
   * room. Throws {@link ProblemError} when the device has ended.
   */
  send(event: Event): Promise<void> {
    if (this.closing) {
      return Promise.reject(new ProblemError(this.closed()));
    }
    this.sending++;
    const mine = this.turn.then(() => this.take(event)).finally(() => this.sending--);
    this.turn = mine.catch(() => {});
    return mine;
  }

  counters(): DeviceCounters {
    return { ...this.counted, buffered: this.outbox.events };
  }

  /** How many events the store ever took: a source that can be read again goes on behind so many. */
  async position(): Promise<number> {
    await this.opened;
    return this.next;
  }

  /**
   * Takes no more, and resolves when all is acked or the time is over, and the connection closed. A store keeps the
   * rest. Throws {@link ProblemError} if the device had ended by itself: what is counted as buffered was not sent.
   */
  async close(drainMs = 0): Promise<void> {
    this.closing = true;
    const until = Date.now() + drainMs;
    while (!this.problem && (this.sending > 0 || !this.outbox.isEmpty()) && Date.now() < until) {
      this.drain();
      await this.change(until - Date.now());
    }
    const failure = this.failure;
    this.end(this.closed());
    await this.turn;
    await this.opened;
    await this.store.close();
    if (failure) {
      throw new ProblemError(failure);
    }
  }

  private closed(): Problem {
    return localProblem('CLIENT_CLOSED', 'Closed', `The device of ${this.stream} was closed.`);
  }

  private async open() {
    try {
      const { left, next } = await this.store.open();
      for (const stored of left) {
        this.hold(stored);
      }
      this.next = next;
      void this.connect();
    } catch (thrown) {
      this.fail(storeProblem(thrown));
    }
  }

  private hold(stored: { place: number; json: string }) {
    this.outbox.add(held(stored));
    this.counted.taken++;
  }

  private async take(event: Event) {
    await this.opened;
    const { numberedBy } = this.options;
    const json = JSON.stringify(numberedBy ? { [numberedBy]: this.number++, ...event } : event);
    const { bytes } = held({ place: 0, json });
    if (bytes > this.buffer.bytes) {
      throw new ProblemError({
        ...localProblem(
          'CLIENT_EVENT_TOO_LARGE',
          'Too large',
          `The buffer holds ${this.buffer.bytes} bytes: was ${bytes}.`,
        ),
        status: 413,
      });
    }
    while (!this.problem && !this.hasRoom(bytes)) {
      if (!(this.options.whenFull === 'drop-oldest' && this.dropOldest())) {
        await this.change();
      }
    }
    if (this.problem) {
      throw new ProblemError(this.problem);
    }
    const stored = { place: this.next++, json };
    try {
      await this.store.append(stored);
    } catch (thrown) {
      this.fail(storeProblem(thrown));
      throw new ProblemError(storeProblem(thrown));
    }
    this.hold(stored);
    if (this.socket && this.outbox.events === 1) {
      this.watch();
    }
    this.drainSoon();
  }

  private hasRoom(bytes: number): boolean {
    return this.outbox.events < this.buffer.events && this.outbox.bytes + bytes <= this.buffer.bytes;
  }

  private dropOldest(): boolean {
    const dropped = this.outbox.dropOldest();
    if (dropped !== undefined) {
      this.counted.dropped++;
      this.forget(dropped);
    }
    return dropped !== undefined;
  }

  private forget(through: number | undefined) {
    if (through !== undefined) {
      this.store.removeThrough(through).catch((thrown) => this.fail(storeProblem(thrown)));
    }
    for (const wake of this.settled.splice(0)) {
      wake();
    }
  }

  /** Resolves when an event has had its end, or the device its own, or the time is over. */
  private change(withinMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = withinMs === undefined ? undefined : setTimeout(resolve, withinMs);
      this.settled.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private async connect() {
    try {
      const address = await this.gateway.socket(this.stream);
      if (this.problem) {
        return;
      }
      this.listen(new (this.socketClass())(address.href, SUB_PROTOCOL));
    } catch (thrown) {
      this.lost(undefined, asProblem(thrown));
    }
  }

  private socketClass() {
    const type = this.options.WebSocket ?? (globalThis.WebSocket as unknown as DeviceOptions['WebSocket']);
    if (!type) {
      throw new ProblemError({
        ...localProblem('CLIENT_NO_WEBSOCKET', 'No WebSocket', 'Give options.WebSocket: that of the package ws, say.'),
        status: 400,
      });
    }
    return type;
  }

  private listen(socket: Socket) {
    let open = false;
    let why: string | undefined;
    this.socket = socket;
    this.watch();
    socket.onopen = () => {
      open = true;
      this.counted.connections++;
      this.watch();
    };
    socket.onmessage = ({ data }: { data: string }) => {
      if (this.socket === socket) {
        this.told(JSON.parse(data) as Told);
      }
    };
    socket.onerror = ({ message }: { message?: string }) => {
      why = message;
    };
    socket.onclose = () => {
      if (this.socket !== socket) {
        return;
      }
      if (open) {
        this.lost(socket, this.lastSaid);
      } else {
        void this.refused(socket, why);
      }
    };
  }

  /** A browser does not say why a socket did not open: the gateway is asked. */
  private async refused(socket: Socket, why = 'a browser is not told why') {
    try {
      await this.gateway.requireDoor(this.stream);
      this.lost(
        socket,
        localProblem(
          'CLIENT_REFUSED',
          'Refused',
          `The gateway opened no connection (${why}); there may be as many as the quota allows.`,
        ),
      );
    } catch (thrown) {
      this.lost(socket, asProblem(thrown));
    }
  }

  private told(told: Told) {
    this.watch();
    if (told.code && told.status) {
      this.lastSaid = told as Problem;
      return;
    }
    this.refusals = 0;
    this.credit += told.credit ?? 0;
    if (told.frame !== undefined) {
      this.answered(told);
    }
    this.drain();
  }

  private answered(told: Told) {
    const frame = told.frame === this.frames ? this.outbox.answered() : undefined;
    if (!frame) {
      this.socket?.close();
      return;
    }
    this.frames++;
    this.failures = 0;
    if (told.retry) {
      const timer = setTimeout(
        () => {
          this.retrying.delete(timer);
          this.outbox.again(frame);
          this.drain();
        },
        backoff(++frame.retries, this.gateway.random()),
      );
      this.retrying.add(timer);
      return;
    }
    this.forget(this.outbox.settle(frame));
    this.tell(frame, told);
  }

  private tell({ events }: Frame, { rejected = [], problem }: Told) {
    const all = problem && events.map((_, index) => ({ index, code: problem.code, detail: problem.detail }));
    const refused: Rejection[] = all ?? rejected;
    this.counted.rejected += refused.length;
    this.counted.acked += events.length - refused.length;
    for (const rejection of refused) {
      try {
        this.options.onRejected?.(rejection, JSON.parse(events[rejection.index]?.json ?? '{}'));
      } catch (thrown) {
        report(thrown);
      }
    }
  }

  private drainSoon() {
    if (this.outbox.isFull()) {
      this.drain();
    } else if (this.lingering === undefined) {
      this.lingering = setTimeout(() => {
        this.lingering = undefined;
        this.drain();
      }, this.framing.lingerMs);
    }
  }

  private drain() {
    while (this.socket && this.credit > 0) {
      const frame = this.outbox.take();
      if (!frame) {
        break;
      }
      this.credit--;
      this.counted.resent += frame.sent++ > 0 ? 1 : 0;
      this.socket.send(frame.text);
      this.watch();
    }
  }

  private watch() {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      if (!this.outbox.isEmpty()) {
        this.socket?.close();
        this.lost(this.socket, undefined);
      }
    }, SILENCE_MS);
  }

  private lost(socket: Socket | undefined, problem: Problem | undefined) {
    if (this.problem || socket !== this.socket) {
      return;
    }
    this.hangUp();
    const tokenMayBeNew = problem?.status === 401 && this.refusals++ === 0;
    if (problem && !isTransient(problem) && !tokenMayBeNew) {
      this.fail(problem);
      return;
    }
    this.options.onRetry?.(
      problem ?? localProblem('CLIENT_DISCONNECTED', 'Disconnected', 'The connection to the gateway was lost.'),
    );
    this.reconnecting = setTimeout(() => void this.connect(), backoff(++this.failures, this.gateway.random()));
  }

  private hangUp() {
    clearTimeout(this.watchdog);
    clearTimeout(this.reconnecting);
    this.socket = undefined;
    this.credit = 0;
    this.frames = 0;
    this.lastSaid = undefined;
    this.outbox.lost();
  }

  private fail(problem: Problem) {
    if (!this.problem) {
      this.failure = problem;
      this.end(problem);
      this.options.onFailed?.(problem);
    }
  }

  private end(problem: Problem) {
    this.problem ??= problem;
    const socket = this.socket;
    this.hangUp();
    clearTimeout(this.lingering);
    for (const timer of this.retrying) {
      clearTimeout(timer);
    }
    socket?.close(1000);
    this.forget(undefined);
  }
}

function held(stored: { place: number; json: string }): Held {
  return { ...stored, bytes: new TextEncoder().encode(stored.json).length };
}

function storeProblem(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) {
    return thrown.problem;
  }
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return { ...localProblem('CLIENT_BUFFER_FAILED', 'Buffer failed', `The store: ${why}`), status: 400 };
}
