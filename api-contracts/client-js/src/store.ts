/** An event in a store: its place among all that were ever put there, and its JSON. */
export interface Stored {
  place: number;
  json: string;
}

/** Where a device's buffer outlives its process or page. One device at a time uses it. */
export interface Store {
  /** What is left of an earlier device, oldest first, and the place of the next event. */
  open(): Promise<{ left: Stored[]; next: number }>;
  /** Resolves when it would survive the death of the process, or the page. */
  append(event: Stored): Promise<void>;
  /** Everything up to that place is acked, or was dropped. */
  removeThrough(place: number): Promise<void>;
  close(): Promise<void>;
}

/** Nothing outlives the device. */
export class MemoryStore implements Store {
  async open() {
    return { left: [], next: 0 };
  }

  async append() {}

  async removeThrough() {}

  async close() {}
}
