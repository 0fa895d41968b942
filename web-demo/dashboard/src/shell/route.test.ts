import { expect, it } from 'vitest';
import { href, parseRoute } from './route';

it('reads what it writes', () => {
  const sql = "SELECT '50% & more?#/' AS x FROM buses";
  const route = parseRoute(href('ask', { sql, from: '-15m', to: undefined }));
  expect([route.page, route.params.get('sql'), route.params.get('from'), route.params.has('to')]).toEqual([
    'ask',
    sql,
    '-15m',
    false,
  ]);
});

it('begins at Live', () => {
  expect(['', '#', '#/'].map((hash) => parseRoute(hash).page)).toEqual(['live', 'live', 'live']);
});

it('has the rest of the path', () => {
  expect(parseRoute('#/streams/buses/dead%20letters').rest).toEqual(['buses', 'dead letters']);
  expect(parseRoute('#/streams/%').rest).toEqual(['%']);
});
