import { expect, it } from 'vitest';
import { charted } from './charted';

it('keeps a group’s place and colour while it is among the first', () => {
  expect(charted([], ['1', '2', '3', '4'], 3, 5)).toEqual(['1', '2', '3']);
  expect(charted(['1', '2', '3'], ['4', '3', '2', '1'], 3, 4)).toEqual(['1', '2', '3']);
  expect(charted(['1', '2', '3'], ['4', '3', '5', '1', '6', '2'], 3, 4)).toEqual(['1', '4', '3']);
  expect(charted(['1', '2'], [], 3, 4)).toEqual(['1', '2']);
});
