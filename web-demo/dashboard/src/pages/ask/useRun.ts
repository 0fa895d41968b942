import { useEffect, useMemo, useState } from 'preact/hooks';
import { api } from '../../api';
import { connection, useThrottled } from '../../connection';
import { QueryRun } from './run';

/** The page's one run; renders what has changed at most four times a second. */
export function useRun(): QueryRun {
  const [, render] = useState(0);
  const changed = useThrottled(() => render((version) => version + 1), 250);
  const run = useMemo(
    () =>
      new QueryRun(
        {
          explain: api.explain,
          subscribe: (spec, listener, after) => connection.subscribe(spec, listener, after),
          now: Date.now,
        },
        changed,
      ),
    [],
  );
  useEffect(() => () => run.leave(), []);
  return run;
}
