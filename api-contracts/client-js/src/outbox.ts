import type { Stored } from './store.js';

/** An event that is not acked. */
export interface Held extends Stored {
  bytes: number;
}

/** Events that go out together and are acked together; the same bytes however often they go. */
export interface Frame {
  text: string;
  events: Held[];
  done: boolean;
  sent: number;
  retries: number;
}

export interface Framing {
  events: number;
  bytes: number;
}

/** What is not acked, in order: framed as late as possible, and sent again where a connection was lost. */
export class Outbox {
  events = 0;
  bytes = 0;
  private readonly unframed: Held[] = [];
  private readonly ready: Frame[] = [];
  private readonly inFlight: Frame[] = [];
  /** All that were made and are not done up to some place, in the order of their events. */
  private readonly frames: Frame[] = [];
  /** Through which place all have had their end, or were given up. */
  private passed = -1;

  constructor(private readonly framing: Framing) {}

  add(event: Held) {
    this.unframed.push(event);
    this.events++;
    this.bytes += event.bytes;
  }

  /** Whether what waits is worth a frame now, without waiting for company. */
  isFull(): boolean {
    return this.ready.length > 0 || this.unframed.length >= this.framing.events;
  }

  isEmpty(): boolean {
    return this.events === 0;
  }

  /** The next to go, which is in flight then. */
  take(): Frame | undefined {
    const frame = this.ready.shift() ?? this.cut();
    if (frame) {
      this.inFlight.push(frame);
    }
    return frame;
  }

  private cut(): Frame | undefined {
    let count = 0;
    for (let bytes = 2; count < Math.min(this.unframed.length, this.framing.events); count++) {
      bytes += (this.unframed[count]?.bytes ?? 0) + 1;
      if (bytes > this.framing.bytes && count > 0) {
        break;
      }
    }
    return count === 0 ? undefined : this.framed(this.unframed.splice(0, count));
  }

  private framed(events: Held[]): Frame {
    const frame = { text: `[${events.map(({ json }) => json).join()}]`, events, done: false, sent: 0, retries: 0 };
    this.frames.push(frame);
    return frame;
  }

  /** The oldest in flight has its answer. */
  answered(): Frame | undefined {
    return this.inFlight.shift();
  }

  /** It is asked for again. */
  again(frame: Frame) {
    this.ready.unshift(frame);
  }

  /** What was in flight is the next to go. */
  lost() {
    this.ready.unshift(...this.inFlight.splice(0));
  }

  /**
   * The frame's events have their end.
   *
   * @returns the place through which all have; undefined if that is where it was
   */
  settle(frame: Frame): number | undefined {
    frame.done = true;
    for (const event of frame.events) {
      this.gone(event);
    }
    let through: number | undefined;
    while (this.frames[0]?.done) {
      through = this.frames.shift()?.events.at(-1)?.place;
    }
    return through === undefined ? undefined : this.pass(through);
  }

  /**
   * Lets go of the oldest that is not on its way, if there is one.
   *
   * @returns its place: what is before it is on its way, or went before, and is not to be kept for another device either
   */
  dropOldest(): number | undefined {
    const oldest = this.unframed.shift();
    if (!oldest) {
      return undefined;
    }
    this.gone(oldest);
    return this.pass(oldest.place);
  }

  private gone({ bytes }: Held) {
    this.events--;
    this.bytes -= bytes;
  }

  private pass(place: number): number | undefined {
    if (place <= this.passed) {
      return undefined;
    }
    this.passed = place;
    return place;
  }
}
