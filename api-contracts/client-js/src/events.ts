import { SseParser } from './sse.js';

/** What an answer of server-sent events says, as JSON, all of a piece together; nothing is read before it is asked for. */
export async function* readEvents<T>(body: ReadableStream<Uint8Array>): AsyncGenerator<T[], void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new SseParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      yield parser.push(decoder.decode(value, { stream: true })).map((event) => JSON.parse(event.data) as T);
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}
