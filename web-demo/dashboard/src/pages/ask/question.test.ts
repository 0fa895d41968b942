import { expect, it } from 'vitest';
import { href, parseRoute } from '../../shell/route';
import { keyOf, NOTHING_ASKED, PRESETS, parametersOf, presetOf, questionOf, specOf } from './question';

const whole = {
  sql: "SELECT '50% & #?=' AS x\nFROM buses",
  from: '-1h',
  to: 'now',
  emit: 'changes',
  speed: '60',
} as const;

it('comes out of its address as it went in', () => {
  const route = parseRoute(href('ask', parametersOf(whole)));
  expect(questionOf(route.params)).toEqual(whole);
});

it('leaves defaults out of the address', () => {
  expect(parametersOf({ ...NOTHING_ASKED, sql: 'SELECT 1', from: ' ' })).toEqual({ sql: 'SELECT 1' });
  expect(specOf({ ...NOTHING_ASKED, sql: 'SELECT 1', speed: ' 2 ' })).toEqual({ sql: 'SELECT 1', speed: '2' });
});

it('is no question without SQL', () => {
  expect(questionOf(new URLSearchParams('sql=%20&from=-5m'))).toBeNull();
});

it('is told from another by every part', () => {
  const keys = [whole, { ...whole, from: '' }, { ...whole, to: '' }, { ...whole, emit: 'final' as const }].map(keyOf);
  expect(new Set(keys).size).toBe(4);
});

it('knows its preset', () => {
  expect(PRESETS.map((preset) => presetOf({ ...NOTHING_ASKED, ...preset }))).toEqual(PRESETS);
  expect(presetOf({ ...NOTHING_ASKED, from: '-7m' })).toBeUndefined();
});
