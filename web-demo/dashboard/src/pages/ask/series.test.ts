import { expect, it } from 'vitest';
import { chosenGroups, WindowSeries } from './series';

const keys = () => ['route'];

function row(second: number, route: string, n: number | null) {
  return { window_start: 'x', window_end: new Date(second * 1_000).toISOString(), route, n, name: 'x' };
}

it('has a series for each group of each column with numbers', () => {
  const series = new WindowSeries();
  series.take([row(10, 'a', 1), row(10, 'b', 5), row(20, 'a', 2)], keys);
  expect(series.columns()).toEqual(['n']);
  expect(series.of('n')?.aligned(['a', 'b'])).toEqual([
    [10, 20],
    [1, 2],
    [5, undefined],
  ]);
});

it('draws the greatest, and goes on with those that it drew', () => {
  const series = new WindowSeries();
  series.take([row(10, 'a', 1), row(10, 'b', 5), row(10, 'c', 3)], keys);
  const store = series.of('n');
  if (!store) {
    throw new Error('no numbers');
  }
  const first = chosenGroups(store, [], 2);
  expect(first).toEqual(['b', 'c']);
  series.take([row(20, 'a', 9), row(20, 'b', 1)], keys);
  expect(chosenGroups(store, first, 2)).toEqual(['b', 'c']);
  expect(chosenGroups(store, ['gone', 'b'], 2)).toEqual(['b', 'a']);
});
