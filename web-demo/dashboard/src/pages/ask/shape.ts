import type { ExplainedStep } from '../../api';
import type { Row } from '../../connection';

/** What kind of rows a question has, as EXPLAIN says: events, a window's groups, or running totals. */
export interface Shape {
  kind: 'events' | 'windows' | 'totals';
  /** Expressions that it groups by, but the window. */
  group: string[];
  /** Expressions of its columns. */
  select: string[];
}

export const UNKNOWN_SHAPE: Shape = { kind: 'events', group: [], select: [] };

export function shapeOf(steps: readonly ExplainedStep[]): Shape {
  const said = new Map(steps.map(({ step, detail }) => [step, detail]));
  const select = parts(said.get('select') ?? '');
  const grouped = said.has('group') || said.has('aggregate') || said.has('window');
  const windowed = said.has('window') || said.has('inner-window');
  return { kind: !grouped ? 'events' : windowed ? 'windows' : 'totals', group: parts(said.get('group') ?? ''), select };
}

/** What is beside a row's columns: its window, where the SELECT does not name it, and what became of it. */
const BESIDE = new Set(['window_start', 'window_end', 'filled', 'deleted']);

/** The columns of a row that name its group; a group that is not in the SELECT has none. */
export function keyColumns({ group, select }: Shape, row: Row): string[] {
  const all = Object.keys(row).filter((name) => name !== 'deleted');
  const own = all.length === select.length ? all : all.filter((name) => !BESIDE.has(name));
  const named = select.filter((text) => all.length === select.length || !BESIDE.has(text));
  return own.filter((name, i) => !BESIDE.has(name) && group.includes(named[i] ?? ''));
}

/** Columns that are none of the window and none of the group. */
export function valueColumns(keys: readonly string[], row: Row): string[] {
  return Object.keys(row).filter((name) => !BESIDE.has(name) && !keys.includes(name));
}

/** What commas part, but those in brackets and in quotes. */
function parts(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let quoted = false;
  let part = '';
  for (const c of text) {
    quoted = c === "'" ? !quoted : quoted;
    depth += quoted ? 0 : c === '(' || c === '[' ? 1 : c === ')' || c === ']' ? -1 : 0;
    if (c === ',' && depth === 0 && !quoted) {
      found.push(part.trim());
      part = '';
    } else {
      part += c;
    }
  }
  return part.trim() ? [...found, part.trim()] : found;
}
