import type { Stream } from '../../api';
import { FUNCTIONS, KEYWORDS, PSEUDO_COLUMNS } from './functions';

/** What can stand at a place. */
export interface Suggestion {
  label: string;
  kind: 'stream' | 'field' | 'window' | 'aggregate' | 'function' | 'keyword';
  /** Its type, or what it is of. */
  detail: string;
  about?: string;
  /** What is put in, with `{x}` for a place to fill; the label if it is not said. */
  template?: string;
  /** From 99 to -99: what is likelier stands higher. */
  boost: number;
}

export interface Suggestions {
  /** Where the word begins that is to be completed. */
  from: number;
  options: Suggestion[];
}

/** Names that the SQL would read as something else stand in double quotes. */
const RESERVED = new Set(
  'time date timestamp order group value values year month day hour minute second position user table from to'.split(
    ' ',
  ),
);

/**
 * What could be meant at a place of a text; null where nothing is completed: in a text or a comment, or before
 * the first letter.
 *
 * @param asked whether it was asked for, not only typed
 */
export function suggestions(
  text: string,
  position: number,
  streams: readonly Stream[],
  asked: boolean,
): Suggestions | null {
  const before = text.slice(0, position);
  if (isQuoted(before)) {
    return null;
  }
  const word = /[\w$]*$/.exec(before)?.[0] ?? '';
  if ((word === '' && !asked && !before.endsWith('.')) || /^\d/.test(word)) {
    return null;
  }
  const from = position - word.length;
  const leading = before.slice(0, from);
  if (/\.$/.test(leading)) {
    return { from, options: fields(named(text, streams)) };
  }
  if (/\b(?:FROM|JOIN|TABLE)\s*\(?\s*$/i.test(leading)) {
    return { from, options: streams.map(streamOption) };
  }
  const mentioned = named(text, streams);
  const time = mentioned[0]?.time ?? streams[0]?.time ?? 'ts';
  const grouping = /\bGROUP\s+BY\s[^()]*$/i.test(leading);
  return {
    from,
    options: [
      ...fields(mentioned),
      ...PSEUDO_COLUMNS.map(({ name, type, about }) => option(name, 'field', type, { about, boost: -5 })),
      ...FUNCTIONS.map(({ name, kind, template, about }) =>
        option(name, kind, kind, {
          about,
          template: template.replace(/\bts\b/g, quoted(time)),
          boost: kind === 'window' ? (grouping ? 50 : -10) : kind === 'aggregate' ? 5 : 0,
        }),
      ),
      ...KEYWORDS.map((name) => option(name, 'keyword', '', { boost: -1 })),
      ...streams.map((stream) => ({ ...streamOption(stream), boost: -20 })),
    ],
  };
}

/** The streams that a text names; all, if it names none. */
function named(text: string, streams: readonly Stream[]): readonly Stream[] {
  const words = new Set(text.toLowerCase().match(/[\w$-]+/g));
  const found = streams.filter(({ name }) => words.has(name.toLowerCase()));
  return found.length > 0 ? found : streams;
}

function fields(streams: readonly Stream[]): Suggestion[] {
  const options = new Map<string, Suggestion>();
  for (const stream of streams) {
    for (const { name, type, nullable } of stream.fields) {
      const about = name === stream.time ? 'the event time' : name === stream.key ? 'the key' : `of ${stream.name}`;
      if (!options.has(name)) {
        options.set(
          name,
          option(name, 'field', nullable ? `${type}, may be NULL` : type, { about, template: quoted(name), boost: 20 }),
        );
      }
    }
  }
  return [...options.values()];
}

function streamOption({ name, fields }: Stream): Suggestion {
  return option(name, 'stream', `${fields.length} fields`, { template: quoted(name), boost: 10 });
}

function option(label: string, kind: Suggestion['kind'], detail: string, more: Partial<Suggestion>): Suggestion {
  return { label, kind, detail, boost: 0, ...more };
}

/** A name as the SQL takes it. */
export function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name.toLowerCase()) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Whether a text ends within a literal or a comment. */
function isQuoted(text: string): boolean {
  const rest = text.replace(/'[^']*'|--[^\n]*\n|\/\*[\s\S]*?\*\//g, '');
  return rest.includes("'") || rest.includes('--') || rest.includes('/*');
}
