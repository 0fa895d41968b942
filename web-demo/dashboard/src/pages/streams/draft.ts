import type { FieldType, Problem, Stream, StreamDefinition } from '../../api';

export const TYPES: readonly FieldType[] = ['STRING', 'LONG', 'DOUBLE', 'BOOLEAN', 'TIMESTAMP'];

export interface DraftField {
  /** Of the row in the form, not of the field. */
  row: number;
  name: string;
  type: FieldType;
  nullable: boolean;
}

/** A stream as it is written down in the form; what is empty is left to its default. */
export interface Draft {
  name: string;
  fields: DraftField[];
  key: string;
  time: string;
  id: string;
  lateness: string;
  retention: string;
  partitions: string;
  dedupe: string;
  unknown: 'reject' | 'ignore';
  historical: boolean;
}

export const FIRST_DRAFT: Draft = {
  name: '',
  fields: [
    { row: 1, name: 'device', type: 'STRING', nullable: false },
    { row: 2, name: 'ts', type: 'TIMESTAMP', nullable: false },
    { row: 3, name: 'value', type: 'DOUBLE', nullable: true },
  ],
  key: 'device',
  time: 'ts',
  id: '',
  lateness: 'PT5S',
  retention: 'P7D',
  partitions: '6',
  dedupe: '',
  unknown: 'reject',
  historical: false,
};

export function definitionOf(draft: Draft): StreamDefinition {
  const { key, time, id, lateness, retention, partitions, dedupe } = draft;
  return {
    fields: draft.fields.map(({ name, type, nullable }) => ({ name, type, ...(nullable ? { nullable } : {}) })),
    ...said({ key, time, id, lateness, dedupe, retention }),
    ...(partitions === '' ? {} : { partitions: Number(partitions) }),
    ...(draft.historical ? { historical: true } : {}),
    ...(draft.unknown === 'reject' ? {} : { unknown: draft.unknown }),
  };
}

function said(members: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== ''));
}

export function withField(draft: Draft): Draft {
  const row = Math.max(0, ...draft.fields.map((field) => field.row)) + 1;
  return { ...draft, fields: [...draft.fields, { row, name: '', type: 'DOUBLE', nullable: false }] };
}

/** Without it; what named it as its key, time or id names nothing now. */
export function withoutField(draft: Draft, row: number): Draft {
  const gone = draft.fields.find((field) => field.row === row)?.name;
  const unless = (role: string) => (role === gone ? '' : role);
  return {
    ...draft,
    fields: draft.fields.filter((field) => field.row !== row),
    key: unless(draft.key),
    time: unless(draft.time),
    id: unless(draft.id),
  };
}

/** The field changed; a key, time or id that it is goes by its new name. */
export function changeField(draft: Draft, row: number, change: Partial<DraftField>): Draft {
  const before = draft.fields.find((field) => field.row === row);
  const renamed = (role: string) =>
    before && change.name !== undefined && role !== '' && role === before.name ? change.name : role;
  return {
    ...draft,
    fields: draft.fields.map((field) => (field.row === row ? { ...field, ...change } : field)),
    key: renamed(draft.key),
    time: renamed(draft.time),
    id: renamed(draft.id),
  };
}

/** Controls that can say what is wrong with them; `fields.0` is the first field. */
const CONTROLS = ['name', 'key', 'time', 'id', 'lateness', 'retention', 'partitions', 'dedupe'];

/**
 * What the server refused, by the control where it stands; `rest` if it belongs to none of them.
 */
export function errorsOf(problem: Problem, draft: Draft): { at: Record<string, string>; rest?: Problem } {
  const reasons = Object.entries(problem.reasons ?? {});
  const said: [string, string][] =
    reasons.length > 0 ? reasons : problem.field === undefined ? [] : [[problem.field, problem.detail]];
  const at: Record<string, string> = {};
  for (const [member, text] of said) {
    const control = controlOf(member, draft);
    if (control === undefined) {
      return { at, rest: problem };
    }
    at[control] = text;
  }
  return said.length === 0 ? { at, rest: problem } : { at };
}

/** A member of the document, `fields[1].type`, or a field by its own name. */
function controlOf(member: string, draft: Draft): string | undefined {
  if (CONTROLS.includes(member)) {
    return member;
  }
  const place = /^fields\[(\d+)\]/.exec(member)?.[1];
  const index = place === undefined ? draft.fields.findIndex(({ name }) => name === member) : Number(place);
  return index >= 0 && index < draft.fields.length ? `fields.${index}` : undefined;
}

/** An event that the stream takes, as an example to change. */
export function sampleEvent(stream: Pick<Stream, 'fields' | 'id'>, now: Date): Record<string, unknown> {
  return Object.fromEntries(stream.fields.map(({ name, type }) => [name, sampleOf(name, type, stream.id, now)]));
}

function sampleOf(name: string, type: FieldType, id: string | undefined, now: Date): unknown {
  switch (type) {
    case 'STRING':
      return `${name}-1`;
    case 'LONG':
      return name === id ? now.getTime() : 1;
    case 'DOUBLE':
      return 21.5;
    case 'BOOLEAN':
      return true;
    case 'TIMESTAMP':
      return now.toISOString();
  }
}
