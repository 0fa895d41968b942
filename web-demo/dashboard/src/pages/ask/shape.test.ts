import { expect, it } from 'vitest';
import { keyColumns, shapeOf, valueColumns } from './shape';

const WINDOWED = [
  { step: 'scan', detail: 'buses' },
  { step: 'window', detail: 'tumble PT10S' },
  { step: 'group', detail: "route, COALESCE(trip, 'a, (b')" },
  { step: 'aggregate', detail: 'COUNT_ALL(*), AVG(speed)' },
  { step: 'select', detail: "route, COUNT_ALL(*), COALESCE(trip, 'a, (b'), TIMES(AVG(speed), 3.6)" },
];

it('tells windows, totals and events apart', () => {
  expect(shapeOf(WINDOWED).kind).toBe('windows');
  expect(shapeOf(WINDOWED.filter(({ step }) => step !== 'window')).kind).toBe('totals');
  expect(shapeOf([{ step: 'select', detail: 'route, speed' }]).kind).toBe('events');
});

it('finds the columns that name the group, whatever they are called', () => {
  const row = { window_start: 's', window_end: 'e', line: '7', n: 3, t: 'x', kmh: 2.5 };
  const keys = keyColumns(shapeOf(WINDOWED), row);
  expect(keys).toEqual(['line', 't']);
  expect(valueColumns(keys, row)).toEqual(['n', 'kmh']);
  expect(keyColumns(shapeOf(WINDOWED), { ...row, filled: true })).toEqual(['line', 't']);
});

it('takes a window that the SELECT names for no group', () => {
  const shape = shapeOf([
    { step: 'window', detail: 'tumble PT1S' },
    { step: 'group', detail: 'route' },
    { step: 'select', detail: 'window_end, route, COUNT_ALL(*)' },
  ]);
  expect(keyColumns(shape, { window_start: 's', window_end: 'e', route: '7', n: 1 })).toEqual(['route']);
});
