import { expect, it } from 'vitest';
import type { Problem } from '../../api';
import { placeOf, suggestionOf } from './place';

function at(line?: number, column?: number): Problem {
  return { type: '', title: '', status: 400, code: '', detail: '', ...(line && column ? { line, column } : {}) };
}

function marked(text: string, line?: number, column?: number) {
  const place = placeOf(text, at(line, column));
  return place && text.slice(place.from, place.to);
}

it('is the word at the line and column', () => {
  expect(marked('SELECT sped\nFROM buses', 1, 8)).toBe('sped');
  expect(marked('SELECT sped\nFROM bus', 2, 6)).toBe('bus');
  expect(marked('SELECT "my col", x', 1, 8)).toBe('"my col"');
  expect(marked('SELECT (a + 1', 1, 8)).toBe('(');
});

it('is the last character where something is missing at the end', () => {
  expect(marked('SELECT a FROM', 1, 14)).toBe('M');
  expect(marked('SELECT a FROM \n', 3, 1)).toBe('M');
});

it('is nowhere if the problem says none, or there is no text', () => {
  expect(marked('SELECT')).toBeNull();
  expect(marked('', 1, 1)).toBeNull();
});

it('has what is likely to be meant', () => {
  expect(suggestionOf({ ...at(), detail: 'buses has no column sped; did you mean speed?' })).toBe('speed');
  expect(suggestionOf({ ...at(), detail: 'unknown' })).toBeNull();
});
