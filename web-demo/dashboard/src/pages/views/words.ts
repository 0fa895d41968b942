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

const BUILDS: Record<ViewBuild['state'], string> = {
  building: 'is being built',
  failing: 'does not go on',
  stopped: 'stands: no process builds it',
};

/** So long a view that was just defined may wait for a process of the pipeline to speak of it. */
const TAKEN_UP_WITHIN_MS = 30_000;

/**
 * How it is doing, in a word or two.
 *
 * @param now ms of the epoch
 */
export function stateOf({ state, created }: Pick<ViewStatus, 'state' | 'created'>, now: number): State {
  if (state === null) {
    return { tone: 'neutral', text: 'not known' };
  }
  return state === 'stopped' && isNew(created, now) ? { tone: 'neutral', text: 'starting' } : STATES[state];
}

/** How what is built to take its place is doing, since so long. */
export function buildOf({ state, since }: Pick<ViewBuild, 'state' | 'since'>, now: number): string {
  return state === 'stopped' && isNew(since, now) ? 'begins' : BUILDS[state];
}

function isNew(since: string, now: number): boolean {
  return now - Date.parse(since) < TAKEN_UP_WITHIN_MS;
}
