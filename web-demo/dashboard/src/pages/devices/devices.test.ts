import { expect, test } from 'vitest';
import { compact } from '../../format';
import { shownOf, wordsOf } from './devices';

test('what is shown of how many is said', () => {
  expect(shownOf(0, 50, 430, compact)).toBe('1–50 of 430');
  expect(shownOf(4_950, 12, 4_962, compact)).toBe('4,951–4,962 of 4,962');
});

test('why a device went is said in words, with the code of who was cut off', () => {
  expect(wordsOf({ event: 'connected', why: null, code: null }).text).toBe('came');
  expect(wordsOf({ event: 'disconnected', why: 'closed', code: null }).text).toBe('closed');
  expect(wordsOf({ event: 'disconnected', why: 'lost', code: null })).toEqual({ tone: 'bad', text: 'lost' });
  expect(wordsOf({ event: 'disconnected', why: 'gateway-stopping', code: null }).text).toBe('gateway stopped');
  expect(wordsOf({ event: 'disconnected', why: 'cut-off', code: 'CREDIT_EXCEEDED' }).text).toBe(
    'cut off: CREDIT_EXCEEDED',
  );
});
