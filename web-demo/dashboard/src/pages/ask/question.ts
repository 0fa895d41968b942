import type { QuerySpec } from '../../connection';

/** What the console asks, as its fields hold it: an empty one is not asked for. */
export interface Question {
  sql: string;
  from: string;
  to: string;
  emit: 'final' | 'changes';
  speed: string;
}

export const NOTHING_ASKED: Question = { sql: '', from: '', to: '', emit: 'final', speed: '' };

/** As the address bears it: defaults are left out, so that equal questions have equal addresses. */
export type Parameters = Partial<Record<'sql' | 'from' | 'to' | 'emit' | 'speed', string>>;

export function parametersOf({ sql, from, to, emit, speed }: Question): Parameters {
  return {
    sql,
    ...(from.trim() ? { from: from.trim() } : {}),
    ...(to.trim() ? { to: to.trim() } : {}),
    ...(emit === 'changes' ? { emit } : {}),
    ...(speed.trim() ? { speed: speed.trim() } : {}),
  };
}

/** Null if the address asks nothing. */
export function questionOf(parameters: URLSearchParams): Question | null {
  const sql = parameters.get('sql');
  return sql?.trim()
    ? {
        sql,
        from: parameters.get('from') ?? '',
        to: parameters.get('to') ?? '',
        emit: parameters.get('emit') === 'changes' ? 'changes' : 'final',
        speed: parameters.get('speed') ?? '',
      }
    : null;
}

export function specOf(question: Question): QuerySpec {
  return parametersOf(question) as QuerySpec;
}

/** The same for equal questions. */
export function keyOf(question: Question): string {
  return JSON.stringify(parametersOf(question));
}

/** When to begin, when to end, how fast: what people mean most often. */
export interface Preset {
  label: string;
  about: string;
  from: string;
  to: string;
  speed: string;
}

export const PRESETS: readonly Preset[] = [
  { label: 'From now', about: 'what comes from now on', from: '', to: '', speed: '' },
  { label: 'Last 5 min, then live', about: 'the last five minutes at once, and on', from: '-5m', to: '', speed: '' },
  { label: 'Last hour at 60×', about: 'the last hour, played in a minute', from: '-1h', to: '', speed: '60' },
  { label: 'Last 15 min, and end', about: 'a report of what was', from: '-15m', to: 'now', speed: '' },
];

export function presetOf({ from, to, speed }: Question): Preset | undefined {
  return PRESETS.find(
    (preset) => preset.from === from.trim() && preset.to === to.trim() && preset.speed === speed.trim(),
  );
}
