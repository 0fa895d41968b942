import { deepEqual } from 'node:assert/strict';
import { mock } from 'node:test';
import type { Server } from '../src/gateway.js';
import type { Problem } from '../src/problem.js';
import type { SetEvent } from '../src/types.js';

/** Lets so much of the mocked time go by, and what was waiting for it happen. */
export async function advance(ms: number) {
  await settled();
  mock.timers.tick(ms);
  await settled();
}

async function settled() {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A server whose answers are the test's to write. */
export class Script implements Server {
  readonly posts: { queries: { id: string; sql: string; after?: string }[]; signal: AbortSignal }[] = [];
  private readonly bodies: ReadableStreamDefaultController<Uint8Array>[] = [];
  probes = 0;

  /** @param cuts whether who hangs up hears nothing more, as of a real one */
  constructor(private readonly cuts = false) {}

  refusal: Problem | undefined;
  away = false;

  post = async (body: string, signal: AbortSignal) => {
    this.posts.push({ queries: JSON.parse(body).queries, signal });
    if (this.away) {
      throw new TypeError('Failed to fetch');
    }
    if (this.refusal) {
      return new Response(JSON.stringify(this.refusal), { status: this.refusal.status });
    }
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      this.bodies.push(controller);
      if (this.cuts) {
        signal.addEventListener('abort', () => controller.error(signal.reason));
      }
    };
    return new Response(new ReadableStream({ start }));
  };
  probe = async () => {
    this.probes++;
    if (this.away) {
      throw new TypeError('Failed to fetch');
    }
    return new Response('{}');
  };
  random = () => 0;

  get last() {
    return this.posts[this.posts.length - 1];
  }

  /** To the newest post, or an earlier one. */
  async say(events: SetEvent[], post = this.bodies.length - 1) {
    const text = events.map((event) => `event: x\ndata: ${JSON.stringify(event)}\n\n`).join('');
    this.bodies[post]?.enqueue(new TextEncoder().encode(text));
    await advance(0);
  }

  async end() {
    try {
      this.bodies.at(-1)?.close();
    } catch {
      // Whoever read it has hung up before.
    }
    await advance(0);
  }
}

/** That what is expected is there, whatever else is. */
export function matches(actual: object, expected: object) {
  for (const [key, value] of Object.entries(expected)) {
    const there = (actual as Record<string, unknown>)[key];
    if (typeof value === 'object' && value !== null) {
      matches(there as object, value);
    } else {
      deepEqual(there, value);
    }
  }
}
