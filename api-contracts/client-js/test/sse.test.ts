import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SseParser } from '../src/sse.js';

const stream =
  'event: row\ndata: {"query":"a","row":{"n":1}}\n\n: comment\nevent: watermark\ndata: 1\ndata: 2\nid: 7\n\n';
const events = [
  { event: 'row', data: '{"query":"a","row":{"n":1}}' },
  { event: 'watermark', data: '1\n2' },
];

describe('SseParser', () => {
  it('reads the same events wherever the text is cut', () => {
    for (const text of [stream, stream.replaceAll('\n', '\r\n')]) {
      for (let first = 0; first <= text.length; first++) {
        for (let second = first; second <= text.length; second += 7) {
          const parser = new SseParser();
          const read = [text.slice(0, first), text.slice(first, second), text.slice(second)].flatMap((piece) =>
            parser.push(piece),
          );
          deepEqual(read, events);
        }
      }
    }
  });

  it('reads one character at a time', () => {
    const parser = new SseParser();
    deepEqual(
      [...stream].flatMap((char) => parser.push(char)),
      events,
    );
  });

  it('tells nothing of an event that is not whole', () => {
    const parser = new SseParser();
    deepEqual(parser.push('event: row\ndata: half'), []);
    deepEqual(parser.push('\n'), []);
    deepEqual(parser.push('\n'), [{ event: 'row', data: 'half' }]);
  });

  it('takes an event without data for none, and one without a name for a message', () => {
    const parser = new SseParser();
    deepEqual(parser.push('event: row\n\ndata:x\n\n'), [{ event: 'message', data: 'x' }]);
  });
});
