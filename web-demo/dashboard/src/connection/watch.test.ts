import type { ConnectionState } from 'sluice-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WATCH_SILENCE_MS, Watch } from './watch';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function watching() {
  const answers: { say: (text: string) => void; end: () => void; signal: AbortSignal }[] = [];
  const documents: unknown[] = [];
  const states: ConnectionState[] = [];
  let refusal: Response | undefined;
  const watch = new Watch<unknown>(
    {
      open: async (signal) => {
        if (refusal) {
          return refusal;
        }
        let controller: ReadableStreamDefaultController<Uint8Array>;
        const body = new ReadableStream<Uint8Array>({
          start: (it) => {
            controller = it;
          },
        });
        answers.push({
          say: (text) => controller.enqueue(new TextEncoder().encode(text)),
          end: () => controller.close(),
          signal,
        });
        return new Response(body);
      },
      random: () => 0,
    },
    (document) => documents.push(document),
    (state) => states.push(state),
  );
  return {
    watch,
    answers,
    documents,
    states,
    refuse: (response: Response | undefined) => {
      refusal = response;
    },
  };
}

const soon = () => vi.advanceTimersByTimeAsync(0);

it('hands on each document', async () => {
  const { watch, answers, documents, states } = watching();
  watch.open();
  await soon();
  answers[0]?.say('retry: 1000\nevent: flow\ndata: {"at"');
  answers[0]?.say(':1}\n\nevent: flow\ndata: {"at":2}\n\n');
  await soon();
  expect(documents).toEqual([{ at: 1 }, { at: 2 }]);
  expect(states.at(-1)).toEqual({ status: 'live' });
  watch.close();
});

it('says since when it is cut off, and comes back by itself', async () => {
  const { watch, answers, documents, states } = watching();
  watch.open();
  await soon();
  const since = Date.now();
  answers[0]?.end();
  await soon();
  expect(states.at(-1)).toMatchObject({ status: 'disconnected', since, problem: { code: 'STREAM_ENDED' } });
  await vi.advanceTimersByTimeAsync(500);
  answers[1]?.say('data: {}\n\n');
  await soon();
  expect(documents).toEqual([{}]);
  expect(states.at(-1)).toEqual({ status: 'live' });
  watch.close();
});

it('takes silence for an end', async () => {
  const { watch, answers, states } = watching();
  watch.open();
  await vi.advanceTimersByTimeAsync(WATCH_SILENCE_MS);
  expect(states.at(-1)).toMatchObject({ status: 'disconnected', problem: { code: 'SILENT' } });
  expect(answers[0]?.signal.aborted).toBe(true);
  watch.close();
});

it('waits longer each time it is refused', async () => {
  const { watch, answers, states, refuse } = watching();
  refuse(new Response('{"code":"SUBSCRIBER_LIMIT","detail":"d","status":429}', { status: 429 }));
  watch.open();
  await soon();
  expect(states.at(-1)).toMatchObject({ status: 'disconnected', problem: { code: 'SUBSCRIBER_LIMIT' } });
  await vi.advanceTimersByTimeAsync(500);
  refuse(undefined);
  await vi.advanceTimersByTimeAsync(999);
  expect(answers).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(answers).toHaveLength(1);
  watch.close();
});

it('is silent once it is closed', async () => {
  const { watch, answers, states } = watching();
  watch.open();
  await soon();
  watch.close();
  expect(answers[0]?.signal.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(answers).toHaveLength(1);
  expect(states).toEqual([]);
});

it('says why the server ended, and does not come back to who is refused', async () => {
  const { watch, answers, documents, states, refuse } = watching();
  watch.open();
  await soon();
  const problem = { type: 't', title: 'Expired', status: 401, code: 'TOKEN_EXPIRED', detail: 'd' };
  answers[0]?.say(`event: error\ndata: ${JSON.stringify(problem)}\n\n`);
  await soon();
  expect(documents).toEqual([]);
  expect(states.at(-1)).toMatchObject({ status: 'disconnected', problem });
  refuse(undefined);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(answers).toHaveLength(1);
  watch.close();
});
