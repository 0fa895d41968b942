import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Store, Stored } from './store.js';

/** A file is left for the next when it has grown beyond this. */
const SEGMENT_BYTES = 256 * 1024;
const MARK = 'acked';
const SUFFIX = '.events';

interface Segment {
  file: string;
  first: number;
  /** The place after its last event. */
  end: number;
}

export interface FileStoreOptions {
  /** Forces each event to the disk: survives the machine's death too, and takes as long as the disk does. */
  fsync?: boolean;
}

/**
 * A store in a directory of its own: files of lines, each an event's CRC-32 in hexadecimal and its JSON, named after the
 * place of their first. A line that is not whole was being written when the process died, and is cut off. A file goes
 * when all in it are acked.
 */
export class FileStore implements Store {
  private segments: Segment[] = [];
  private file: FileHandle | undefined;
  private size = 0;
  private mark = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly directory: string,
    private readonly options: FileStoreOptions = {},
  ) {}

  open() {
    return this.inTurn(async () => {
      await mkdir(this.directory, { recursive: true });
      const mark = Number(await readFile(join(this.directory, MARK), 'utf8').catch(() => '0'));
      this.mark = Number.isSafeInteger(mark) ? mark : 0;
      const left: Stored[] = [];
      const names = (await readdir(this.directory)).filter((name) => name.endsWith(SUFFIX)).sort();
      for (const name of names) {
        const events = await this.recover(join(this.directory, name), Number(name.slice(0, -SUFFIX.length)));
        left.push(...events.filter(({ place }) => place >= this.mark));
      }
      await this.removeAcked();
      return { left, next: Math.max(this.mark, this.segments.at(-1)?.end ?? 0) };
    });
  }

  append({ place, json }: Stored): Promise<void> {
    return this.inTurn(async () => {
      if (!this.file || this.size > SEGMENT_BYTES) {
        await this.begin(place);
      }
      const line = `${sum(json)} ${json}\n`;
      await this.file?.appendFile(line);
      if (this.options.fsync) {
        await this.file?.datasync();
      }
      this.size += line.length;
      const last = this.segments.at(-1);
      if (last) {
        last.end = place + 1;
      }
    });
  }

  removeThrough(place: number): Promise<void> {
    return this.inTurn(async () => {
      this.mark = place + 1;
      // Whole, or as it was.
      const next = join(this.directory, `${MARK}.next`);
      await writeFile(next, String(this.mark), { flush: this.options.fsync ?? false });
      await rename(next, join(this.directory, MARK));
      await this.removeAcked();
    });
  }

  close(): Promise<void> {
    return this.inTurn(async () => {
      await this.file?.close();
      this.file = undefined;
    });
  }

  private async recover(file: string, first: number): Promise<Stored[]> {
    const bytes = await readFile(file);
    const events: Stored[] = [];
    let whole = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, whole)) {
      const line = bytes.subarray(whole, end).toString('utf8');
      const json = line.slice(9);
      if (line.slice(0, 9) !== `${sum(json)} `) {
        break;
      }
      events.push({ place: first + events.length, json });
      whole = end + 1;
    }
    if (whole < bytes.length) {
      await truncate(file, whole);
    }
    this.segments.push({ file, first, end: first + events.length });
    return events;
  }

  private async begin(place: number) {
    await this.file?.close();
    const file = join(this.directory, `${String(place).padStart(16, '0')}${SUFFIX}`);
    this.file = await open(file, 'w');
    if (this.options.fsync) {
      await forceDirectory(this.directory);
    }
    this.size = 0;
    this.segments = this.segments.filter((segment) => segment.file !== file);
    this.segments.push({ file, first: place, end: place });
  }

  private async removeAcked() {
    for (let first = this.segments[0]; first && first.end <= this.mark; first = this.segments[0]) {
      if (this.segments.length === 1) {
        await this.file?.close();
        this.file = undefined;
      }
      this.segments.shift();
      await rm(first.file, { force: true });
    }
  }

  /** One after the other, whatever became of the one before. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work, work);
    this.turn = mine.catch(() => {});
    return mine;
  }
}

/** So that a new file is found again. Windows has no way to; its journal keeps the order. */
async function forceDirectory(directory: string) {
  if (process.platform !== 'win32') {
    const opened = await open(directory, 'r');
    await opened.sync().finally(() => opened.close());
  }
}

function sum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
