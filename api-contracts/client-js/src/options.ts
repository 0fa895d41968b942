import type { Problem } from './problem.js';
import type { Store } from './store.js';
import type { Value } from './types.js';

export type Event = Record<string, Value>;

/** What is used of a WebSocket: a browser's, Node's own (22 and newer), or that of the package ws. */
export interface Socket {
  send(text: string): void;
  close(code?: number): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

export interface Rejection {
  index: number;
  code: string;
  field?: string;
  detail: string;
}

export interface DeviceOptions {
  /** What is held until it is acked; 10,000 events and 8 MiB if not given. */
  buffer?: { events: number; bytes: number };
  /** Where the buffer outlives the page or the process; only in memory if not given. */
  store?: Store;
  /** `wait` (if not given): one more waits for room. `drop-oldest`: the oldest that is not on its way goes. */
  whenFull?: 'wait' | 'drop-oldest';
  /** When events leave as a frame, whichever comes first; 500, 128 KiB and 5 ms if not given. */
  frame?: { events: number; bytes: number; lingerMs: number };
  /** A LONG field into which events that have none get a number of the device's own. */
  numberedBy?: string;
  /** Told of each event that the gateway refuses for good, and of why. */
  onRejected?(rejection: Rejection, event: Event): void;
  /** There is no connection, and it tries again a little later; a browser is not told why one is refused. */
  onRetry?(problem: Problem): void;
  /** The device has ended: the gateway does not want it, or its store cannot be written. */
  onFailed?(problem: Problem): void;
  /** The class of sockets; the platform's if not given. Node 20 has none: the package ws has. */
  WebSocket?: new (
    url: string,
    protocol: string,
  ) => Socket;
}

/** In events; `taken = acked + rejected + dropped + buffered`. */
export interface DeviceCounters {
  taken: number;
  acked: number;
  rejected: number;
  dropped: number;
  buffered: number;
  /** Frames that went out again. */
  resent: number;
  connections: number;
}
