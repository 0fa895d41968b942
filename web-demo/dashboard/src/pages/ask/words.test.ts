import { expect, it } from 'vitest';
import { accounting, endWords, finality, statusWord } from './words';

const WATERMARK = '2026-11-20T12:00:00.000Z';
const AT = Date.parse(WATERMARK);

it('says what became of events, and nothing of what there was none of', () => {
  expect(accounting({ watermark: null, read: 1200, duplicate: 2, filtered: 0, late: 0, counted: 1198 })).toBe(
    '1,200 events read · 2 duplicate · 0 late · 1,198 counted',
  );
});

it('says how far behind', () => {
  expect(finality({ watermark: WATERMARK }, AT + 3_400)).toMatch(/^Final through \d\d:\d\d:\d\d, 3\u202fs behind now$/);
  expect(finality({ watermark: WATERMARK }, AT + 10)).toMatch(/^Final through \d\d:\d\d:\d\d$/);
  expect(finality({ watermark: null }, AT)).toContain('nothing is final');
});

it('has a word for each state', () => {
  const progress = { watermark: null, state: 'catching-up' } as const;
  expect(statusWord({ status: 'running', progress, speed: undefined })).toBe('Catching up');
  expect(statusWord({ status: 'running', progress, speed: '60' })).toBe('Playing at 60×');
  expect(statusWord({ status: 'running', progress: undefined, speed: '60' })).toBe('Live');
  expect(endWords('limit')).toContain('LIMIT');
});
