import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { APIRequestContext } from '@playwright/test';
import { expect, test } from './fixtures';

/** The JavaScript client, which is more than what this page uses of it, against a real gateway. */
const CLIENT = join(import.meta.dirname, '..', '..', '..', 'api-contracts', 'client-js');
const EVENTS = 2_000;

/** A new stream, whose `seq` is each event's id. */
async function declared(request: APIRequestContext, name: string): Promise<string> {
  const stream = `${name}_${Date.now()}`;
  const declaration = await request.put(`/v1/streams/${stream}`, {
    data: {
      fields: [
        { name: 'device', type: 'STRING' },
        { name: 'seq', type: 'LONG' },
        { name: 'ts', type: 'TIMESTAMP' },
      ],
      key: 'device',
      id: 'seq',
      time: 'ts',
      historical: true,
      partitions: 1,
    },
  });
  expect(declaration.status()).toBe(201);
  return stream;
}

/** What the page does: sends what the device has not taken, and says how many there are once it is told to finish. */
function script(stream: string, finish: boolean): string {
  return `(async () => {
    const { Gateway, IndexedDbStore, SluiceDevice, SluiceQuery } = await import('/client-js/index.js');
    const gateway = new Gateway();
    const device = new SluiceDevice(gateway, '${stream}', { store: new IndexedDbStore('${stream}') });
    globalThis.device = device;
    const send = async () => {
      for (let seq = await device.position(); seq < ${EVENTS}; seq++) {
        await device.send({ device: 'a', seq, ts: new Date(1767225600000 + seq).toISOString() });
      }
    };
    if (!${finish}) {
      void send();
      return 0;
    }
    await send();
    await device.close(60000);
    const seqs = new Set();
    const question = { sql: 'SELECT seq FROM ${stream}', from: 'earliest', to: 'now' };
    let rows = 0;
    for await (const { seq } of new SluiceQuery(gateway, question)) {
      seqs.add(seq);
      rows++;
    }
    return rows === seqs.size ? rows : -1;
  })()`;
}

test('what a page has taken outlives it', async ({ page, request }) => {
  const stream = await declared(request, 'page');
  await page.route('**/client-js/*', (route) =>
    route.fulfill({ path: join(CLIENT, 'target', 'js', 'src', basename(route.request().url())) }),
  );
  await page.goto('/');
  await page.evaluate(script(stream, false));
  await expect.poll(() => page.evaluate('device.counters().acked')).toBeGreaterThan(0);
  await page.reload();
  expect(await page.evaluate(script(stream, true))).toBe(EVENTS);
});

test('what a process has taken outlives its kill', async ({ request, baseURL }) => {
  const stream = await declared(request, 'process');
  const directory = mkdtempSync(join(tmpdir(), 'sluice-'));
  const start = (): ChildProcess =>
    spawn(process.execPath, ['examples/readings.mjs', `${baseURL}`, stream, directory, `${5 * EVENTS}`], {
      cwd: CLIENT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  try {
    const acked = new Promise<void>((resolve) => {
      const watcher = watch(directory, (_, file) => {
        if (file === 'acked') {
          watcher.close();
          resolve();
        }
      });
    });
    const killed = start();
    const exited = once(killed, 'exit');
    await acked;
    killed.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);

    const last = start();
    let said = '';
    last.stdout?.on('data', (text) => {
      said += text;
    });
    await once(last, 'close');
    expect(said).toContain(`{"n":${5 * EVENTS},"last":${5 * EVENTS - 1}}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
