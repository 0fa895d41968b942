import { expect, it } from 'vitest';
import { sparkPath } from './Sparkline';

it('ends at the right, with the newest value', () => {
  expect(sparkPath([0, 1], 5, 100, (value) => 10 - value)).toBe('M75 10L100 9');
  expect(sparkPath([1, 2, 3, 4, 5], 5, 100, (value) => value)).toBe('M0 1L25 2L50 3L75 4L100 5');
});
