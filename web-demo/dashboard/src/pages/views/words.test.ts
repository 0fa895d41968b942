import { expect, test } from 'vitest';
import { stateOf } from './words';

test('a view runs, catches up, stands, or is not heard of', () => {
  expect(stateOf({ state: 'running', lag: 120 }).text).toBe('running');
  expect(stateOf({ state: 'running', lag: null }).text).toBe('running');
  expect(stateOf({ state: 'running', lag: 1_000_000 }).text).toBe('catching up');
  expect(stateOf({ state: 'stopped', lag: 1_000_000 })).toEqual({ tone: 'bad', text: 'stopped' });
  expect(stateOf({ state: null, lag: null }).text).toBe('not known');
});
