import { useEffect, useMemo, useState } from 'preact/hooks';
import { api } from '../../api';
import { connection, useThrottled } from '../../connection';
import { QueryRun } from './run';

/** The page's one run. It renders nothing by itself: see {@link useOf}. */
export function useRun(): QueryRun {
  const run = useMemo(
    () =>
      new QueryRun({
        explain: api.explain,
        subscribe: (spec, listener, after) => connection.subscribe(spec, listener, after),
        now: Date.now,
      }),
    [],
  );
  useEffect(() => () => run.leave(), []);
  return run;
}

/** Something of a run: renders when it has changed, at most four times a second. */
export function useOf<T>(run: QueryRun, pick: (run: QueryRun) => T): T {
  const [, render] = useState(() => pick(run));
  const changed = useThrottled(() => render(() => pick(run)), 250);
  useEffect(() => {
    changed();
    return run.watch(changed);
  }, [run]);
  return pick(run);
}
