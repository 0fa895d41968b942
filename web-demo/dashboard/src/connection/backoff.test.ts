import { expect, it } from 'vitest';
import { backoff, FIRST_WAIT_MS, LONGEST_WAIT_MS } from './backoff';

it('waits twice as long each time, up to a bound', () => {
  const waits = [1, 2, 3, 4, 5, 6, 100, 5000].map((failures) => backoff(failures, 0));
  expect(waits.slice(0, 3)).toEqual([FIRST_WAIT_MS, 2 * FIRST_WAIT_MS, 4 * FIRST_WAIT_MS]);
  expect(waits.slice(-3)).toEqual([LONGEST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS]);
});

it('is between a half and the whole of it at random', () => {
  expect(backoff(3, 0.999)).toBe(Math.round(4 * FIRST_WAIT_MS * 0.5005));
});
