import { expect, test } from 'vitest';
import type { DeadLetter } from '../../../api';
import { askedOf, NO_FILTER, pageOf, paramsOf, selectionOf } from './asked';
import { originalOf } from './original';

const LETTER: DeadLetter = { id: 'a-1', time: '', code: '', detail: '', door: 'http', format: '' };

test('an address says what is asked, and the other way round', () => {
  const asked = { code: 'FIELD_TYPE', device: 'bus 1', from: '' };
  expect(paramsOf(asked)).toEqual({ code: 'FIELD_TYPE', device: 'bus 1', from: undefined });
  expect(askedOf(pageOf(asked, undefined))).toEqual(asked);
  expect(`${pageOf(NO_FILTER, 'a-7')}`).toBe('after=a-7');
});

test('letters that are named are meant, else all that the filter has', () => {
  expect(`${selectionOf({ ...NO_FILTER, code: 'X' }, ['a-1', 'a-2'])}`).toBe('id=a-1%2Ca-2');
  expect(`${selectionOf({ ...NO_FILTER, code: 'X' }, [])}`).toBe('code=X');
});

test('bytes are shown in hexadecimal, and text that hides shows itself', () => {
  expect(originalOf({ ...LETTER, base64: btoa('\u0001ab') })).toMatch(/^000000 {2}01 61 62 +\.ab$/);
  expect(originalOf({ ...LETTER, text: 'a\u202eb\n<b>' })).toBe('a\\u202eb\n<b>');
  expect(originalOf({ ...LETTER, base64: btoa('x'.repeat(5_000)) }).endsWith('…')).toBe(true);
});
