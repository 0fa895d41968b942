import { expect, test } from 'vitest';
import type { Problem } from '../../api';
import { fieldOf } from './DefinePage';

function problem(code: string, more: Partial<Problem> = {}): Problem {
  return { type: '', title: '', status: 400, code, detail: '', ...more };
}

test('a problem is said at the control that it is about', () => {
  expect(fieldOf(problem('QUERY_UNKNOWN_COLUMN', { line: 1, column: 8 }))).toBe('sql');
  expect(fieldOf(problem('QUERY_UNSUPPORTED'))).toBe('sql');
  expect(fieldOf(problem('VIEW_INVALID', { field: 'avg_T' }))).toBe('sql');
  expect(fieldOf(problem('VIEW_INVALID', { field: 'retention' }))).toBe('retention');
  expect(fieldOf(problem('NAME_TAKEN', { field: 'name' }))).toBe('name');
  expect(fieldOf(problem('CATALOG_UNAVAILABLE'))).toBe(null);
});
