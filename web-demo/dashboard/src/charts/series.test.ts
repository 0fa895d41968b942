import { describe, expect, it } from 'vitest';
import { SeriesStore } from './series';

describe('SeriesStore', () => {
  it('aligns series on one axis, in seconds', () => {
    const store = new SeriesStore();
    store.set('a', 1_000, 1);
    store.set('b', 2_000, 2);
    store.set('a', 3_000, null);
    expect(store.aligned(['a', 'b'])).toEqual([
      [1, 2, 3],
      [1, undefined, null],
      [undefined, 2, undefined],
    ]);
  });

  it('replaces an early point, and takes one that comes out of order', () => {
    const store = new SeriesStore();
    store.set('a', 2_000, 1);
    store.set('a', 2_000, 5);
    store.set('a', 1_000, 4);
    expect(store.aligned(['a'])).toEqual([
      [1, 2],
      [4, 5],
    ]);
    expect(store.last('a')).toBe(5);
  });

  it('keeps the newest points', () => {
    const store = new SeriesStore(3);
    for (let x = 0; x < 10; x++) {
      store.set('a', x * 1_000, x);
    }
    expect(store.aligned(['a'])[1]).toEqual([7, 8, 9]);
  });

  it('leaves a hole where nothing came for long', () => {
    const store = new SeriesStore(10, 2, 1_500);
    for (const x of [1_000, 2_000, 5_000]) {
      store.set('a', x, 1);
    }
    expect(store.aligned(['a'])).toEqual([
      [1, 2, 2.001, 5],
      [1, 1, null, 1],
    ]);
  });

  it('lets the series go that has been silent for longest', () => {
    const store = new SeriesStore(10, 2);
    store.set('a', 1, 1);
    store.set('b', 2, 1);
    store.set('a', 3, 1);
    store.set('c', 4, 1);
    expect(store.names()).toEqual(['a', 'c']);
  });

  it('has nothing to say of a series that it does not know', () => {
    const store = new SeriesStore();
    expect([store.aligned(['a']), store.last('a')]).toEqual([[[], []], null]);
  });
});
