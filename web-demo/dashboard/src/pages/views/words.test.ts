import { expect, test } from 'vitest';
import { stateOf, told } from './words';

test('a view runs, catches up, fails, stands, or is not heard of', () => {
  expect(stateOf({ state: 'running' })).toEqual({ tone: 'good', text: 'running' });
  expect(stateOf({ state: 'catching-up' }).text).toBe('catching up');
  expect(stateOf({ state: 'failing' })).toEqual({ tone: 'bad', text: 'failing' });
  expect(stateOf({ state: 'stopped' })).toEqual({ tone: 'bad', text: 'stopped' });
  expect(stateOf({ state: null }).text).toBe('not known');
});

test('a webhook takes rows, or nothing', () => {
  expect(told({ lag: 0, failing: null })).toBe('takes rows');
  expect(told({ lag: 7, failing: 'the receiver answered 503' })).toBe('takes nothing');
});
