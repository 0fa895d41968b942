import type { Value } from '../../connection';
import { instant, number, time } from '../../format';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3})Z$/;
const DAY_MS = 86_400_000;
const MOST_DIGITS = 6;

/** Digits after the point that a column's numbers need, so that they line up: all if they are few, else three. */
export function digitsOf(values: readonly (Value | undefined)[]): number {
  let most = 0;
  for (const value of values) {
    if (typeof value === 'number' && !Number.isInteger(value)) {
      const fraction = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? MOST_DIGITS + 1;
      most = Math.max(most, fraction);
    }
  }
  return most > MOST_DIGITS ? 3 : most;
}

/** A value as it is read: numbers and times as the reader's locale has them. */
export function valueText(value: Value | undefined, digits: number, now: number): string {
  if (value === null || value === undefined) {
    return '–';
  }
  if (typeof value === 'number') {
    return number(value, digits);
  }
  return typeof value === 'string' && ISO.test(value) ? timeText(value, now) : String(value);
}

/** The time of the day, if it is of the last day; with its milliseconds, if it has some. */
export function timeText(iso: string, now: number): string {
  const millis = ISO.exec(iso)?.[1] ?? '000';
  const text = Math.abs(now - Date.parse(iso)) < DAY_MS ? time(iso) : instant(iso);
  return millis === '000' ? text : `${text}.${millis}`;
}
