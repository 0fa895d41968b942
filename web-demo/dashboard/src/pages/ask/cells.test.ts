import { expect, it } from 'vitest';
import { digitsOf, timeText, valueText } from './cells';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');

it('gives a column the digits that its numbers need', () => {
  expect(digitsOf([1, 2, null, 'x'])).toBe(0);
  expect(digitsOf([1, 2.5, 30.267153])).toBe(6);
  expect(digitsOf([1, 1 / 3])).toBe(3);
  expect(digitsOf([1e-9])).toBe(3);
});

it('reads values as the locale has them', () => {
  expect([1234.5, true, null, 'route 7'].map((value) => valueText(value, 1, NOW))).toEqual([
    '1,234.5',
    'true',
    '–',
    'route 7',
  ]);
});

it('says of a time what tells it from others', () => {
  expect(timeText('2026-11-20T11:59:58.250Z', NOW)).toMatch(/^\d\d:\d\d:58\.250$/);
  expect(timeText('2026-11-20T11:59:58.000Z', NOW)).toMatch(/^\d\d:\d\d:58$/);
  expect(timeText('2015-01-02T11:59:58.000Z', NOW)).toContain('2015');
});
