/** One server-sent event. */
export interface SseEvent {
  event: string;
  data: string;
}

/** A CR at the very end may have its LF still to come. */
const LINE_END = /\r\n|\n|\r(?!$)/g;

/**
 * Reads server-sent events from text that comes in arbitrary pieces, as the HTML standard says
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 * What ends with CR alone is read too; ids and retry are passed over, for a set's events have neither.
 */
export class SseParser {
  private rest = '';
  private event = '';
  private data: string[] = [];

  push(text: string): SseEvent[] {
    const events: SseEvent[] = [];
    this.rest += text;
    let start = 0;
    for (const end of this.rest.matchAll(LINE_END)) {
      this.line(this.rest.slice(start, end.index), events);
      start = end.index + end[0].length;
    }
    this.rest = this.rest.slice(start);
    return events;
  }

  private line(line: string, events: SseEvent[]) {
    if (line === '') {
      if (this.data.length > 0) {
        events.push({ event: this.event || 'message', data: this.data.join('\n') });
      }
      this.event = '';
      this.data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') {
      this.event = value;
    } else if (field === 'data') {
      this.data.push(value);
    }
  }
}
