import { expect, it } from 'vitest';
import { amount, short } from './text';

it('says bytes and times in their own units, and what is counted by its name', () => {
  expect(amount(2_048, 'bytes')).toMatch(/^2.KiB$/);
  expect(amount(1_500, 'ms')).toMatch(/^1\.5.s$/);
  expect(amount(27_520, 'frames')).toMatch(/^27,520.frames$/);
  expect(amount(27_520, 'frames', true)).toBe('27.5K');
  expect([amount(1, 'frames'), amount(1, 'queries')]).toEqual([
    expect.stringMatching(/^1.frame$/),
    expect.stringMatching(/^1.query$/),
  ]);
});

it('cuts off what has no room', () => {
  expect(short('log-questions', 13)).toBe('log-questions');
  expect(short('log-questions', 8)).toBe('log-que…');
});
