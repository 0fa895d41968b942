import type { QuerySpec, Row } from '../../connection';
import { locale } from '../../format';

/** Who came and who went lately; resumed as any answer is. */
export const COMINGS: QuerySpec = {
  sql: 'SELECT ts, "connection", seq, event, why, code, sends_to, device, client, address FROM "sluice.devices"',
  from: '-15m',
};

/** What comes first. */
export const SORTS = [
  { key: 'rate', label: 'Fastest' },
  { key: 'bytes-rate', label: 'Most bytes a second' },
  { key: 'events', label: 'Most events' },
  { key: 'since', label: 'Newest' },
  { key: 'oldest', label: 'Oldest' },
  { key: 'device', label: 'By device' },
  { key: 'client', label: 'By client' },
] as const;

export type Sort = (typeof SORTS)[number]['key'];

/** `51–100 of 4.3K`. */
export function shownOf(offset: number, shown: number, found: number, compact: (value: number) => string): string {
  const format = new Intl.NumberFormat(locale);
  return `${format.format(offset + 1)}–${format.format(offset + shown)} of ${compact(found)}`;
}

/** Why a device went, in words; of one that came, that it did. */
export function wordsOf({ event, why, code }: Row): { tone: 'good' | 'neutral' | 'bad' | 'early'; text: string } {
  if (event === 'connected') {
    return { tone: 'good', text: 'came' };
  }
  switch (why) {
    case 'closed':
      return { tone: 'neutral', text: 'closed' };
    case 'gateway-stopping':
      return { tone: 'early', text: 'gateway stopped' };
    case 'cut-off':
      return { tone: 'bad', text: `cut off${code ? `: ${code}` : ''}` };
    default:
      return { tone: 'bad', text: 'lost' };
  }
}
