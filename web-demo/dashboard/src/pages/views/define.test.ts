import { expect, test } from 'vitest';
import type { Problem } from '../../api';
import { fieldOf } from './DefinePage';
import { newSecret } from './secret';

function problem(code: string, more: Partial<Problem> = {}): Problem {
  return { type: '', title: '', status: 400, code, detail: '', ...more };
}

test('a problem is said at the control that it is about', () => {
  expect(fieldOf(problem('QUERY_UNKNOWN_COLUMN', { line: 1, column: 8 }))).toBe('sql');
  expect(fieldOf(problem('QUERY_UNSUPPORTED'))).toBe('sql');
  expect(fieldOf(problem('VIEW_INVALID', { field: 'avg_T' }))).toBe('sql');
  expect(fieldOf(problem('VIEW_INVALID', { field: 'retention' }))).toBe('retention');
  expect(fieldOf(problem('NAME_TAKEN', { field: 'name' }))).toBe('name');
  expect(fieldOf(problem('VIEW_INVALID', { field: 'webhook.url' }))).toBe('webhook.url');
  expect(fieldOf(problem('STREAM_UNKNOWN', { field: 'into' }))).toBe('into');
  expect(fieldOf(problem('CATALOG_UNAVAILABLE'))).toBe(null);
});

test('a secret is as the API wants it, and nobody else’s', () => {
  expect(newSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/);
  expect(newSecret()).not.toBe(newSecret());
});
