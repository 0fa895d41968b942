import type { Progress } from '../../connection';
import { duration, instant, number, time } from '../../format';
import type { QueryRun } from './run';

/** What became of the events that were read, in words: what is 0 is not said, but for the late. */
export function accounting(progress: Progress): string {
  const said = [
    `${events(progress.read)} read`,
    some(progress.filtered, 'filtered out'),
    some(progress.duplicate, 'duplicate'),
    some(progress.outside, 'outside the time asked for'),
    some(progress.undecodable, 'unreadable'),
    `${number(progress.late ?? 0)} late`,
    `${number(progress.counted ?? 0)} counted`,
  ];
  return said.filter(Boolean).join(' · ');
}

/** Through when rows are final, and how far that is behind the clock. */
export function finality({ watermark }: Progress, now: number): string {
  if (!watermark) {
    return 'No event yet: nothing is final.';
  }
  const behind = now - Date.parse(watermark);
  const at = behind > 20 * 3_600_000 ? instant(watermark) : time(watermark);
  return `Final through ${at}${behind >= 1_000 ? `, ${duration(Math.round(behind / 1_000) * 1_000)} behind now` : ''}`;
}

/** How it is, in a word or two. */
export function statusWord({ status, progress, speed }: Pick<QueryRun, 'status' | 'progress' | 'speed'>): string {
  switch (status) {
    case 'idle':
      return 'Not asked yet';
    case 'asking':
      return 'Asking';
    case 'running':
      return progress?.state !== 'catching-up' ? 'Live' : speed ? `Playing at ${speed}×` : 'Catching up';
    case 'paused':
      return 'Paused';
    case 'stopped':
      return 'Stopped';
    case 'ended':
      return 'Complete';
    case 'failed':
      return 'Failed';
  }
}

/** Why it is over. */
export function endWords(reason: string | undefined): string {
  switch (reason) {
    case 'to':
      return 'It has come to its end in time. These are all its rows.';
    case 'limit':
      return 'It has as many rows as LIMIT allows.';
    default:
      return 'It is over. These are all its rows.';
  }
}

/** What a code asks for, beyond its detail. */
export function adviceOf(code: string): string | undefined {
  return ADVICE[code];
}

const ADVICE: Record<string, string> = {
  POSITION_EXPIRED: 'Set From to “earliest”, or to the instant named above, and run it again.',
  QUERY_UNKNOWN_TABLE:
    'The Streams page lists what there is. With deployment/sluice demo there is a stream called buses.',
  STREAM_CHANGED: 'Run it again to ask with the new definition.',
  STREAM_DELETED: 'The Streams page lists what there is.',
  QUERY_DELETED: 'Somebody ended it. Run it again if it is wanted.',
  QUERY_STATE_LIMIT: 'Group by less, or take a shorter window.',
  QUERY_LIMIT: 'End a query that runs, on the Streams page.',
};

function events(count: number | undefined): string {
  return count === 1 ? '1 event' : `${number(count ?? 0)} events`;
}

function some(count: number | undefined, what: string): string {
  return count ? `${number(count)} ${what}` : '';
}
