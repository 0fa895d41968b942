import { localProblem, type Problem, ProblemError } from './problem.js';
import type { Store, Stored } from './store.js';

const EVENTS = 'events';
const MARK = 'mark';
/** A page that is loaded again comes before its forerunner has gone. */
const GONE_WITHIN_MS = 3_000;

/**
 * A store in a browser's IndexedDB, under a name: one for each device and stream. A second tab's device with the same
 * ends with `CLIENT_BUFFER_IN_USE`, where the page may ask (of https, or of localhost).
 */
export class IndexedDbStore implements Store {
  private database: IDBDatabase | undefined;
  private release: (() => void) | undefined;

  constructor(private readonly name: string) {}

  async open() {
    await this.hold();
    const opening = indexedDB.open(this.name, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(EVENTS);
      opening.result.createObjectStore(MARK);
    };
    this.database = await done(opening);
    const transaction = this.database.transaction([EVENTS, MARK]);
    const events = transaction.objectStore(EVENTS);
    const [keys, values, mark] = await Promise.all([
      done(events.getAllKeys()),
      done(events.getAll()),
      done(transaction.objectStore(MARK).get(MARK)),
    ]);
    const left: Stored[] = keys.map((place, i) => ({ place: place as number, json: values[i] as string }));
    return { left, next: Math.max((mark as number | undefined) ?? 0, (left.at(-1)?.place ?? -1) + 1) };
  }

  append({ place, json }: Stored): Promise<void> {
    return this.write((events) => events.put(json, place));
  }

  removeThrough(place: number): Promise<void> {
    return this.write((events, mark) => {
      events.delete(IDBKeyRange.upperBound(place));
      mark.put(place + 1, MARK);
    });
  }

  async close() {
    this.database?.close();
    this.release?.();
  }

  private hold(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!navigator.locks) {
        resolve();
        return;
      }
      const held = () => {
        resolve();
        return new Promise<void>((release) => {
          this.release = release;
        });
      };
      navigator.locks
        .request(`sluice ${this.name}`, { signal: AbortSignal.timeout(GONE_WITHIN_MS) }, held)
        .catch(() => reject(new ProblemError(this.inUse())));
    });
  }

  private inUse(): Problem {
    const detail = `${this.name} is the store of a device in another tab: give each device a name of its own.`;
    return { ...localProblem('CLIENT_BUFFER_IN_USE', 'Buffer in use', detail), status: 400 };
  }

  private write(change: (events: IDBObjectStore, mark: IDBObjectStore) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.database) {
        throw new Error(`${this.name} is not open`);
      }
      const transaction = this.database.transaction([EVENTS, MARK], 'readwrite');
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore(EVENTS), transaction.objectStore(MARK));
    });
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
