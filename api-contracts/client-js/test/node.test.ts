import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FileStore } from '../src/node.js';

describe('FileStore', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const event = (n: number) => JSON.stringify({ n, text: 'ü'.repeat(n % 5) });

  async function written(count: number): Promise<FileStore> {
    const store = new FileStore(directory);
    await store.open();
    for (let n = 0; n < count; n++) {
      await store.append({ place: n, json: event(n) });
    }
    return store;
  }

  it('has what was written whole, wherever the last write was torn', async () => {
    await (await written(8)).close();
    const file = join(directory, (await readdir(directory)).find((name) => name.endsWith('.events')) ?? '');
    const bytes = await readFile(file);
    let before = 0;
    for (let length = 0; length <= bytes.length; length++) {
      await writeFile(file, bytes.subarray(0, length));
      const store = new FileStore(directory);
      const { left, next } = await store.open();
      deepEqual(
        left,
        Array.from({ length: left.length }, (_, n) => ({ place: n, json: event(n) })),
      );
      ok(left.length >= before);
      before = left.length;
      equal(next, left.length);
      await store.close();
    }
    equal(before, 8);
  });

  it('has no more of what is acked, and goes on behind it', async () => {
    const store = await written(10);
    await store.removeThrough(3);
    await store.close();
    const again = new FileStore(directory);
    const { left, next } = await again.open();
    deepEqual(
      left.map(({ place }) => place),
      [4, 5, 6, 7, 8, 9],
    );
    equal(next, 10);
    await again.append({ place: 10, json: event(10) });
    await again.removeThrough(10);
    await again.close();
    deepEqual(await readdir(directory), ['acked']);
    deepEqual(await new FileStore(directory).open(), { left: [], next: 11 });
  });

  it('goes on where a mark is no number, as a machine that lost its power may leave it', async () => {
    await (await written(3)).close();
    await writeFile(join(directory, 'acked'), new Uint8Array(4));
    const { left, next } = await new FileStore(directory).open();
    deepEqual([left.length, next], [3, 3]);
  });

  it('takes another file when one is large', async () => {
    const store = new FileStore(directory);
    await store.open();
    for (let n = 0; n < 5; n++) {
      await store.append({ place: n, json: JSON.stringify('x'.repeat(200_000)) });
    }
    const files = async () => (await readdir(directory)).filter((name) => name.endsWith('.events')).length;
    equal(await files(), 3);
    await store.removeThrough(3);
    equal(await files(), 1);
    await store.close();
    equal((await new FileStore(directory).open()).left.length, 1);
  });
});
