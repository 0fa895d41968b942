import { beforeEach, expect, it } from 'vitest';
import { forget, history, KEPT, remember } from './history';
import { NOTHING_ASKED } from './question';

beforeEach(() => localStorage.clear());

const asking = (sql: string) => ({ ...NOTHING_ASKED, sql });

it('has what was asked, newest first and each once', () => {
  remember(asking('a'), 1);
  remember(asking('b'), 2);
  remember(asking('a'), 3);
  expect(history().map(({ question, at }) => [question.sql, at])).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
});

it('keeps so many', () => {
  for (let i = 0; i < KEPT + 5; i++) {
    remember(asking(`q${i}`), i);
  }
  expect(history()).toHaveLength(KEPT);
  expect(history()[0]?.question.sql).toBe(`q${KEPT + 4}`);
});

it('does without what it cannot read or write', () => {
  localStorage.setItem('sluice.ask.history', '[{"question": {"sql": 1}, "at": 1}, 7, null]');
  expect(history()).toEqual([]);
  const closed = {
    getItem: () => {
      throw new Error('closed');
    },
    setItem: () => {
      throw new Error('closed');
    },
  };
  expect(remember(asking('a'), 1, closed)).toHaveLength(1);
});

it('forgets', () => {
  remember(asking('a'), 1);
  expect(forget()).toEqual(history());
});
