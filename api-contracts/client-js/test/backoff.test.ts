import { deepEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { backoff, FIRST_WAIT_MS, LONGEST_WAIT_MS } from '../src/backoff.js';

it('waits twice as long each time, up to a bound', () => {
  const waits = [1, 2, 3, 4, 5, 6, 100, 5000].map((failures) => backoff(failures, 0));
  deepEqual(waits.slice(0, 3), [FIRST_WAIT_MS, 2 * FIRST_WAIT_MS, 4 * FIRST_WAIT_MS]);
  deepEqual(waits.slice(-3), [LONGEST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS]);
});

it('is between a half and the whole of it at random', () => {
  deepEqual(backoff(3, 0.999), Math.round(4 * FIRST_WAIT_MS * 0.5005));
});
