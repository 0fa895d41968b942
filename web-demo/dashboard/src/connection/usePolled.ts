import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from 'sluice-client';
import { useVisible } from './visible';

export interface Polled<T> {
  /** The newest answer; it stays while later ones fail. */
  value?: T;
  /** Why the newest try failed. */
  problem?: Problem;
  /** Asks now. */
  refresh: () => void;
}

/** Asked again, it would be refused again, and each time told to the audit. */
const FORBIDDEN = 403;

/**
 * Asks now, and again so long after each answer, while the component is there and the page is seen. `key` says what
 * is asked: another one begins anew.
 */
export function usePolled<T>(key: string, ask: (signal: AbortSignal) => Promise<T>, everyMs: number): Polled<T> {
  const [answer, setAnswer] = useState<{ key: string; value?: T; problem?: Problem }>({ key });
  const [turn, setTurn] = useState(0);
  const newest = useRef(ask);
  newest.current = ask;
  const visible = useVisible();

  useEffect(() => {
    if (!visible) {
      return;
    }
    const call = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      try {
        const value = await newest.current(call.signal);
        if (!call.signal.aborted) {
          setAnswer({ key, value });
        }
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (!call.signal.aborted) {
          setAnswer((old) => (old.key === key ? { ...old, problem } : { key, problem }));
        }
        if (problem.status === FORBIDDEN) {
          return;
        }
      }
      if (!call.signal.aborted) {
        timer = setTimeout(run, everyMs);
      }
    };
    run();
    return () => {
      clearTimeout(timer);
      call.abort();
    };
  }, [key, everyMs, visible, turn]);

  const refresh = useCallback(() => setTurn((last) => last + 1), []);
  return answer.key === key ? { ...answer, refresh } : { refresh };
}
