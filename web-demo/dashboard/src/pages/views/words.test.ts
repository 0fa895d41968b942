import { expect, test } from 'vitest';
import { buildOf, stateOf, told } from './words';

const CREATED = '2026-11-20T12:00:00.000Z';
const after = (seconds: number) => Date.parse(CREATED) + seconds * 1_000;

test('a view runs, catches up, fails, stands, or is not heard of', () => {
  const said = (state: Parameters<typeof stateOf>[0]['state']) => stateOf({ state, created: CREATED }, after(31));
  expect(said('running')).toEqual({ tone: 'good', text: 'running' });
  expect(said('catching-up').text).toBe('catching up');
  expect(said('failing')).toEqual({ tone: 'bad', text: 'failing' });
  expect(said('stopped')).toEqual({ tone: 'bad', text: 'stopped' });
  expect(said(null).text).toBe('not known');
});

test('what was just defined has not stopped', () => {
  expect(stateOf({ state: 'stopped', created: CREATED }, after(29))).toEqual({ tone: 'neutral', text: 'starting' });
  expect(stateOf({ state: 'failing', created: CREATED }, after(1)).text).toBe('failing');
  expect(buildOf({ state: 'stopped', since: CREATED }, after(29))).toBe('begins');
  expect(buildOf({ state: 'stopped', since: CREATED }, after(31))).toBe('stands: no process builds it');
});

test('a webhook takes rows, or nothing', () => {
  expect(told({ lag: 0, failing: null })).toBe('takes rows');
  expect(told({ lag: 7, failing: 'the receiver answered 503' })).toBe('takes nothing');
});
