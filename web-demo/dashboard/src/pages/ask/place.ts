import type { Problem } from '../../api';

/** A part of a text, by its characters. */
export interface Place {
  from: number;
  to: number;
}

/** What a problem's line and column (both from 1) point at: the word that begins there, or one character. Null if it says none. */
export function placeOf(text: string, { line, column }: Problem): Place | null {
  if (!line || !column || text.length === 0) {
    return null;
  }
  const before = text.split('\n').slice(0, line - 1);
  const start = before.reduce((length, each) => length + each.length + 1, 0) + column - 1;
  // At the end, where something is missing, stands nothing: the last character that does is marked.
  const from = Math.max(0, Math.min(start, text.trimEnd().length - 1));
  const word = /^(?:"[^"\n]*"|'[^'\n]*'|[\w$]+|[^\s])/.exec(text.slice(from))?.[0] ?? ' ';
  return { from, to: Math.min(text.length, from + word.length) };
}

/** What is likely to be meant, where the problem says so. */
export function suggestionOf({ detail }: Problem): string | null {
  return /did you mean "?([\w.-]+)"?\?/.exec(detail)?.[1] ?? null;
}
