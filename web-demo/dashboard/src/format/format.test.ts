import { describe, expect, it } from 'vitest';
import { ago, bytes, compact, duration, instant, isoDuration, number, percent, rate, rateTick, time } from './format';

/** The narrow space between a number and its unit. */
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('formats', () => {
  it('writes numbers with as many digits as asked, and their unit', () => {
    expect(plain(number(1234.56, 1, 'km/h'))).toBe('1,234.6 km/h');
    expect(number(3, 2)).toBe('3.00');
  });

  it('says that it does not know', () => {
    for (const format of [number, compact, rate, percent, bytes, duration]) {
      expect([format(null), format(undefined), format(Number.NaN)]).toEqual(['–', '–', '–']);
    }
    expect([time(null), time('never'), instant(undefined), isoDuration(null), ago(null)]).toEqual(Array(5).fill('–'));
  });

  it('writes rates with three digits that count', () => {
    expect([0, 0.456, 12.34, 128.6, 12_345].map(rate)).toEqual(['0/s', '0.46/s', '12.3/s', '129/s', '12.3K/s']);
  });

  it('writes rates beside an axis with the digits that they need', () => {
    expect([0, 0.25, 7.5, 50, 12_500].map(rateTick)).toEqual(['0/s', '0.25/s', '7.5/s', '50/s', '12.5K/s']);
  });

  it('writes bytes in powers of 1024', () => {
    expect([0, 1023, 1536, 5 * 1024 ** 2, 300 * 1024 ** 3].map((n) => plain(bytes(n)))).toEqual([
      '0 B',
      '1,023 B',
      '1.5 KiB',
      '5 MiB',
      '300 GiB',
    ]);
  });

  it('writes durations in the one or two units that matter', () => {
    const written = [0, 340, 4_200, 59_900, 59_960, 185_000, 7_800_000, 273_600_000, -500].map((ms) =>
      plain(duration(ms)),
    );
    expect(written).toEqual([
      '0 ms',
      '340 ms',
      '4.2 s',
      '60 s',
      '1 min',
      '3 min 5 s',
      '2 h 10 min',
      '3 d 4 h',
      '−500 ms',
    ]);
  });

  it('reads ISO durations', () => {
    expect(['PT5S', 'PT0.5S', 'P7D', 'PT15M', 'P1DT2H', 'soon'].map((iso) => plain(isoDuration(iso)))).toEqual([
      '5 s',
      '500 ms',
      '7 d',
      '15 min',
      '1 d 2 h',
      'soon',
    ]);
  });

  it('says how long ago', () => {
    expect(plain(ago('2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1, 0, 0, 4)))).toBe('4 s ago');
    expect(ago(1_000, 1_200)).toBe('now');
  });
});
