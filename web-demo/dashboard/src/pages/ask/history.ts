import { keyOf, NOTHING_ASKED, type Question } from './question';

/** A question that was asked, and when, in milliseconds of the epoch. */
export interface Asked {
  question: Question;
  at: number;
}

export const KEPT = 30;
const KEY = 'sluice.ask.history';
/** A storage holds some megabytes for all pages: longer questions are not kept. */
const MOST_CHARACTERS = 8_000;

/** Newest first. */
export function history(storage: Pick<Storage, 'getItem'> = localStorage): Asked[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isAsked).slice(0, KEPT) : [];
  } catch {
    // Storage is closed to the page, or holds what is not ours.
    return [];
  }
}

/** Puts it first; a question is there once. */
export function remember(
  question: Question,
  at: number,
  storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
): Asked[] {
  if (question.sql.length > MOST_CHARACTERS) {
    return history(storage);
  }
  const others = history(storage).filter((asked) => keyOf(asked.question) !== keyOf(question));
  const kept = [{ question, at }, ...others].slice(0, KEPT);
  try {
    storage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // It lasts as long as the page.
  }
  return kept;
}

export function forget(storage: Pick<Storage, 'removeItem'> = localStorage): Asked[] {
  try {
    storage.removeItem(KEY);
  } catch {
    // There was none.
  }
  return [];
}

function isAsked(value: unknown): value is Asked {
  const { question, at } = (value ?? {}) as Partial<Asked>;
  return (
    typeof at === 'number' &&
    typeof question === 'object' &&
    question !== null &&
    Object.keys(NOTHING_ASKED).every((part) => typeof question[part as keyof Question] === 'string')
  );
}
