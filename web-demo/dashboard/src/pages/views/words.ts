import type { ViewBuild, ViewKind, ViewStatus } from '../../api';
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

const STATES: Record<NonNullable<ViewStatus['state']>, State> = {
  running: { tone: 'good', text: 'running' },
  'catching-up': { tone: 'early', text: 'catching up' },
  failing: { tone: 'bad', text: 'failing' },
  stopped: { tone: 'bad', text: 'stopped' },
};

/** How its webhook is doing, in a word or two. */
export function told({ failing }: NonNullable<ViewStatus['webhook']>): string {
  return failing === null ? 'takes rows' : 'takes nothing';
}

/** How what is built to take its place is doing. */
export const BUILDS: Record<ViewBuild['state'], string> = {
  building: 'is being built',
  failing: 'does not go on',
  stopped: 'stands: no process builds it',
};

/** How it is doing, in a word or two. */
export function stateOf({ state }: Pick<ViewStatus, 'state'>): State {
  return state === null ? { tone: 'neutral', text: 'not known' } : STATES[state];
}
