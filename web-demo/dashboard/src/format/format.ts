/** Numbers and times as the reader's locale writes them. Every one takes null for what is not known yet: `–`. */

import { locale } from './locale';

type Maybe<T> = T | null | undefined;

const NONE = '–';
const NARROW = '\u202f';

const formats = new Map<string, Intl.NumberFormat>();

function digits(least: number, most: number, compact = false): Intl.NumberFormat {
  const key = `${least} ${most} ${compact}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
      notation: compact ? 'compact' : 'standard',
    });
    formats.set(key, format);
  }
  return format;
}

/** @param fraction digits after the point, always as many, so that columns line up */
export function number(value: Maybe<number>, fraction = 0, unit = ''): string {
  if (value == null || !Number.isFinite(value)) {
    return NONE;
  }
  return withUnit(digits(fraction, fraction).format(value), unit);
}

/** `12.3K`; for places where there is no room. */
export function compact(value: Maybe<number>, unit = ''): string {
  if (value == null || !Number.isFinite(value)) {
    return NONE;
  }
  return withUnit(digits(0, 1, Math.abs(value) >= 10_000).format(value), unit);
}

/** Events a second: three digits that count. */
export function rate(perSecond: Maybe<number>): string {
  if (perSecond == null || !Number.isFinite(perSecond)) {
    return NONE;
  }
  const size = Math.abs(perSecond);
  const text =
    size >= 10_000 ? compact(perSecond) : number(perSecond, size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2);
  return withUnit(text, '/s');
}

/** Events a second beside an axis: as many digits as it needs, so that what is even looks even. */
export function rateTick(perSecond: number): string {
  const text = Math.abs(perSecond) < 10 ? digits(0, 2).format(perSecond) : compact(perSecond);
  return withUnit(text, '/s');
}

export function percent(ratio: Maybe<number>, fraction = 0): string {
  return ratio == null || !Number.isFinite(ratio) ? NONE : `${number(ratio * 100, fraction)}${NARROW}%`;
}

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(value: Maybe<number>): string {
  if (value == null || !Number.isFinite(value)) {
    return NONE;
  }
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 1024 && unit < BYTES.length - 1) {
    size /= 1024;
    unit++;
  }
  return withUnit(digits(0, unit === 0 || size >= 100 ? 0 : 1).format(size), BYTES[unit] ?? '');
}

/** `340 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: Maybe<number>): string {
  if (ms == null || !Number.isFinite(ms)) {
    return NONE;
  }
  if (ms < 0) {
    return `−${duration(-ms)}`;
  }
  if (ms < 1_000) {
    return number(ms, ms < 10 && ms > 0 ? 1 : 0, 'ms');
  }
  if (ms < 59_950) {
    return withUnit(digits(0, ms < 10_000 ? 1 : 0).format(ms / 1_000), 's');
  }
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) {
    return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1_440) {
    return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  }
  const hours = Math.floor(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** ISO 8601 durations of the API, `PT5S`, `P7D`, in words; what is none stays as it is. */
export function isoDuration(iso: Maybe<string>): string {
  if (iso == null) {
    return NONE;
  }
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(iso);
  if (!match || iso === 'P') {
    return iso;
  }
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return duration((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1_000);
}

const TIME = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const FULL = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });

/** The time of the day, in the reader's zone. */
export function time(instant: Maybe<string | number | Date>): string {
  const date = parse(instant);
  return date ? TIME.format(date) : NONE;
}

/** Day and time, in the reader's zone. */
export function instant(value: Maybe<string | number | Date>): string {
  const date = parse(value);
  return date ? FULL.format(date) : NONE;
}

/** `4 s ago`. */
export function ago(value: Maybe<string | number | Date>, now = Date.now()): string {
  const date = parse(value);
  if (!date) {
    return NONE;
  }
  const ms = now - date.getTime();
  return ms < 1_000 ? 'now' : `${duration(ms)} ago`;
}

function parse(value: Maybe<string | number | Date>): Date | undefined {
  if (value == null) {
    return undefined;
  }
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function withUnit(text: string, unit: string): string {
  return unit === '' ? text : unit.startsWith('/') ? text + unit : text + NARROW + unit;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const first = withUnit(number(large), largeUnit);
  return small === 0 ? first : `${first} ${withUnit(number(small), smallUnit)}`;
}
