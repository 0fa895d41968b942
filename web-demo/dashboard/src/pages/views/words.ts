import type { ViewKind, ViewStatus } from '../../api';
import type { Tone } from '../../components';

/** What its rows are. */
export const KINDS: Record<ViewKind, string> = {
  WINDOWED: 'Final rows of windows',
  TOTAL: 'Running totals',
  DERIVED: 'Rows of events',
};

export interface State {
  tone: Tone;
  text: string;
}

/** How it is doing, in a word or two. */
export function stateOf({ state, lag }: Pick<ViewStatus, 'state' | 'lag'>): State {
  if (state === null) {
    return { tone: 'neutral', text: 'not known' };
  }
  if (state === 'stopped') {
    return { tone: 'bad', text: 'stopped' };
  }
  return (lag ?? 0) > BEHIND ? { tone: 'early', text: 'catching up' } : { tone: 'good', text: 'running' };
}

/** Records; a view that keeps up hands on a few times a second what came in between. */
const BEHIND = 50_000;
