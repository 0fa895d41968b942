import { useEffect, useState } from 'preact/hooks';
import { api, asProblem, type ExplainedStep, isTransient, type Problem } from '../../api';
import { parametersOf, type Question } from './question';

/** Time without a key from which on a text is looked at. */
const PAUSE_MS = 400;

/** What EXPLAIN says of a question as it stands. */
export interface Check {
  /** The text that it is about. */
  sql: string;
  steps?: ExplainedStep[];
  problem?: Problem;
}

/** Explains what is written, once its writer pauses; runs nothing. What is not known yet is the check of before. */
export function useCheck(question: Question): Check | null {
  const [check, setCheck] = useState<Check | null>(null);
  const { sql, from, to, speed } = parametersOf(question);
  const key = JSON.stringify([sql, from, to, speed]);
  useEffect(() => {
    if (!sql?.trim()) {
      setCheck(null);
      return;
    }
    const call = new AbortController();
    const timer = setTimeout(async () => {
      try {
        setCheck({ sql, steps: await api.explain({ sql: explained(sql), from, to, speed }, call.signal) });
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (!call.signal.aborted && !isTransient(problem)) {
          setCheck({ sql, problem });
        }
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      call.abort();
    };
  }, [key]);
  return check;
}

/** To explain an EXPLAIN is to explain what it explains; every word stays where it is. */
function explained(sql: string): string {
  return sql.replace(/^\s*EXPLAIN\b/i, (word) => word.replace(/\S/g, ' '));
}
