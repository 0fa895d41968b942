import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { SluiceDevice } from '../src/device.js';
import { CLIENT, Gateway } from '../src/gateway.js';
import { FileStore } from '../src/node.js';
import type { DeviceOptions, Rejection, Socket } from '../src/options.js';
import type { Problem } from '../src/problem.js';
import type { Store } from '../src/store.js';
import { Door, type Line, stores } from './door.js';

const PATIENCE_MS = 60_000;

describe('SluiceDevice', () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) {
      await end();
    }
  });

  async function door(onFrame: (line: Line, index: number, events: { n: number }[]) => void) {
    const opened = new Door(onFrame);
    const url = await opened.listen();
    ends.push(() => opened.close());
    return { door: opened, url };
  }

  function device(url: string, options: DeviceOptions = {}, token?: () => string): SluiceDevice {
    const made = new SluiceDevice(new Gateway({ url, ...(token ? { token } : {}) }), 'readings', {
      WebSocket: WebSocket as unknown as new (url: string, protocol: string) => Socket,
      frame: { events: 10, bytes: 10_000, lingerMs: 1 },
      ...options,
    });
    ends.push(() => made.close().catch(() => {}));
    return made;
  }

  async function until(what: () => boolean) {
    const limit = Date.now() + PATIENCE_MS;
    while (!what()) {
      ok(Date.now() < limit, `in time: ${what}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function send(to: SluiceDevice, first: number, count: number) {
    for (let n = first; n < first + count; n++) {
      await to.send({ n });
    }
  }

  const numbers = (lines: Line[]) => lines.flatMap(({ frames }) => frames.flat().map(({ n }) => n));
  const range = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

  it('sends each event once, in order, as it is asked to', async () => {
    const { door: gateway, url } = await door(stores);
    const sender = device(url);
    await send(sender, 0, 1_000);
    await sender.close(PATIENCE_MS);
    deepEqual(numbers(gateway.lines), range(0, 1_000));
    equal(gateway.lines[0]?.protocol, 'sluice.v1');
    ok(gateway.lines[0]?.frames.every((frame) => frame.length <= 10));
    deepEqual(sender.counters(), {
      taken: 1_000,
      acked: 1_000,
      rejected: 0,
      dropped: 0,
      buffered: 0,
      resent: 0,
      connections: 1,
    });
  });

  it('sends no frame that was not asked for, and takes no more than it holds', async () => {
    const { door: gateway, url } = await door(() => {});
    const sender = device(url, { buffer: { events: 20, bytes: 10_000 } });
    void send(sender, 0, 30).catch(() => {});
    await until(() => gateway.lines[0]?.frames.length === 1 && sender.counters().taken === 20);
    const [line] = gateway.lines;
    line?.say({ frame: 0, accepted: line.frames[0]?.length ?? 0, rejected: [] });
    await until(() => sender.counters().taken === 20 + (line?.frames[0]?.length ?? 0));
    equal(line?.frames.length, 1);
  });

  it('is closed in time though there is no room for what waits', async () => {
    const { url } = await door(() => {});
    const sender = device(url, { buffer: { events: 5, bytes: 10_000 } });
    const waiting = send(sender, 0, 6);
    await until(() => sender.counters().taken === 5);
    await Promise.all([sender.close(20), rejects(waiting, { code: 'CLIENT_CLOSED' })]);
    await rejects(sender.send({ n: 7 }), { code: 'CLIENT_CLOSED' });
  });

  it('sends what was not acked again over a bad line, and tells each end once', async () => {
    let seed = 3;
    const stored = new Set<number>();
    const { url } = await door((line, index, events) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const dice = (seed >>> 16) % 20;
      if (dice > 0) {
        for (const { n } of events) {
          stored.add(n);
        }
      }
      if (dice < 2) {
        line.drop();
      } else if (dice === 2) {
        line.say({ frame: index, retry: true, code: 'OVERLOADED', detail: 'again', credit: 1 });
      } else {
        stores(line, index, events);
      }
    });
    const sender = device(url);
    await send(sender, 0, 300);
    await sender.close(PATIENCE_MS);
    equal(stored.size, 300);
    const { acked, connections, resent } = sender.counters();
    equal(acked, 300);
    ok(connections > 1 && resent > 0);
  });

  it('tells which events the gateway refuses, and why', async () => {
    const told: [number, string][] = [];
    const { url } = await door((line, index, events) => {
      const at = events.findIndex(({ n }) => n === 7);
      const rejected = at < 0 ? [] : [{ index: at, code: 'FIELD_TYPE', field: 'n', detail: 'was odd' }];
      line.say({ frame: index, accepted: events.length - rejected.length, rejected, credit: 1 });
    });
    const sender = device(url, {
      onRejected: (rejection: Rejection, event) => told.push([event.n as number, rejection.code]),
    });
    await send(sender, 0, 20);
    await sender.close(PATIENCE_MS);
    deepEqual(told, [[7, 'FIELD_TYPE']]);
    equal(sender.counters().rejected, 1);
  });

  it('drops its oldest where that is wanted', async () => {
    const { door: gateway, url } = await door(() => {});
    const sender = device(url, { buffer: { events: 20, bytes: 10_000 }, whenFull: 'drop-oldest' });
    await send(sender, 0, 1);
    await until(() => gateway.lines[0]?.frames.length === 1);
    await send(sender, 1, 100);
    deepEqual([sender.counters().taken, sender.counters().dropped, sender.counters().buffered], [101, 81, 20]);
    const [line] = gateway.lines;
    line?.say({ frame: 0, accepted: 1, rejected: [], credit: 5 });
    await until(() => line?.frames.length === 3);
    deepEqual(numbers(gateway.lines), [0, ...range(82, 19)]);
  });

  it('holds no more in its store than in memory when it drops its oldest', async () => {
    const { door: gateway, url } = await door(() => {});
    const removed: number[] = [];
    const store: Store = {
      open: async () => ({ left: [], next: 0 }),
      append: async () => {},
      removeThrough: async (place) => void removed.push(place),
      close: async () => {},
    };
    const sender = device(url, { buffer: { events: 5, bytes: 10_000 }, whenFull: 'drop-oldest', store });
    await send(sender, 0, 1);
    await until(() => gateway.lines[0]?.frames.length === 1);
    await send(sender, 1, 20);
    // What is in flight is on its way, and the oldest: it goes from the store with what is dropped.
    deepEqual(removed, range(1, 16));
    gateway.lines[0]?.say({ frame: 0, accepted: 1, rejected: [] });
    await until(() => sender.counters().acked === 1);
    deepEqual(removed, range(1, 16));
  });

  it('takes events though it waits for a ticket', async () => {
    const silent = createServer(() => {});
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    ends.push(async () => {
      silent.closeAllConnections();
      silent.close();
    });
    const sender = device(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, {}, () => 'token');
    await send(sender, 0, 3);
    equal(sender.counters().taken, 3);
    equal(await sender.position(), 3);
  });

  it('settles what was refused though its listener throws', async () => {
    const { url } = await door((line, index) =>
      line.say({ frame: index, accepted: 0, rejected: [{ index: 0, code: 'FIELD_TYPE', detail: 'd' }], credit: 1 }),
    );
    const thrown: Error[] = [];
    process.setUncaughtExceptionCaptureCallback((error) => thrown.push(error));
    ends.push(async () => process.setUncaughtExceptionCaptureCallback(null));
    const sender = device(url, {
      onRejected: () => {
        throw new Error('of the listener');
      },
    });
    await send(sender, 0, 1);
    await until(() => thrown.length > 0);
    deepEqual([sender.counters().rejected, sender.counters().buffered], [1, 0]);
  });

  it('leaves what is not acked to the next with the same store', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-'));
    ends.push(() => rm(directory, { recursive: true }));
    const silent = await door(() => {});
    const first = device(silent.url, { store: new FileStore(directory), numberedBy: 'id' });
    await send(first, 0, 30);
    await until(() => silent.door.lines[0]?.frames.length === 1);
    const [line] = silent.door.lines;
    const acked = line?.frames[0]?.length ?? 0;
    line?.say({ frame: 0, accepted: acked, rejected: [] });
    await until(() => first.counters().acked === acked);
    await first.close();

    const { door: gateway, url } = await door(stores);
    const second = device(url, { store: new FileStore(directory), numberedBy: 'id' });
    equal(await second.position(), 30);
    await send(second, 30, 5);
    await second.close(PATIENCE_MS);
    deepEqual(numbers(gateway.lines), range(acked, 35 - acked));
    const ids = [...(line?.frames.flat() ?? []), ...gateway.lines.flatMap(({ frames }) => frames.flat())].map(
      (event) => (event as unknown as { id: number }).id,
    );
    equal(new Set(ids).size, 35);
  });

  it('has a ticket for each connection if it has a token', async () => {
    let asked = 0;
    const { door: gateway, url } = await door((line, index, events) =>
      gateway.lines.length === 1 ? line.drop() : stores(line, index, events),
    );
    const sender = device(url, {}, () => `token-${++asked}`);
    await send(sender, 0, 1);
    await sender.close(PATIENCE_MS);
    deepEqual(
      gateway.asked.map(({ path, authorization }) => [path, authorization]),
      [
        ['POST /v1/tickets', 'Bearer token-1'],
        ['POST /v1/tickets', 'Bearer token-2'],
      ],
    );
    deepEqual(
      gateway.lines.map(({ address }) => address),
      [
        '/v1/streams/readings/events?client=sluice-js%2F0.1.0&ticket=ticket-1',
        '/v1/streams/readings/events?client=sluice-js%2F0.1.0&ticket=ticket-2',
      ],
    );
  });

  it('says which version it is', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
    equal(CLIENT, `sluice-js/${version}`);
  });

  it('comes again where it is refused for now, and says so', async () => {
    const { door: gateway, url } = await door(stores);
    gateway.isFull = true;
    const retries: Problem[] = [];
    const sender = device(url, { onRetry: (problem) => retries.push(problem) });
    await send(sender, 0, 3);
    await until(() => retries.length > 0);
    gateway.isFull = false;
    await sender.close(PATIENCE_MS);
    deepEqual(numbers(gateway.lines), range(0, 3));
    equal(retries[0]?.code, 'CLIENT_REFUSED');
    ok(retries[0]?.detail.includes('429'), retries[0]?.detail);
  });

  for (const refusal of [
    { status: 404, code: 'STREAM_UNKNOWN' },
    { status: 403, code: 'FORBIDDEN' },
  ]) {
    it(`ends where it is refused for good: ${refusal.code}`, async () => {
      const { door: gateway, url } = await door(stores);
      gateway.refusal = refusal;
      const failed: string[] = [];
      const sender = device(url, { onFailed: ({ code }) => failed.push(code) });
      await sender.send({ n: 1 });
      await rejects(sender.close(PATIENCE_MS), { code: refusal.code });
      deepEqual(failed, [refusal.code]);
      equal(sender.counters().buffered, 1);
    });
  }

  it('takes no event that its buffer never has room for', async () => {
    const { url } = await door(stores);
    const large = device(url, { buffer: { events: 10, bytes: 5 } });
    await rejects(large.send({ n: 123_456 }), { code: 'CLIENT_EVENT_TOO_LARGE' });
  });
});
