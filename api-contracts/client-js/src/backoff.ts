export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 10_000;

/**
 * How long to wait before the next try, in milliseconds: twice as long each time, and up to a half less at random, so
 * that all pages of a server that comes back do not ask in the same instant.
 *
 * @param failures in a row, from 1
 * @param random in [0, 1)
 */
export function backoff(failures: number, random: number): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(longest * (1 - random / 2));
}
