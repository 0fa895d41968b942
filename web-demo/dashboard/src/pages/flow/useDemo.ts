import { useEffect, useRef, useState } from 'preact/hooks';
import { type Demo, demo, ProblemError } from '../../api';

/**
 * The demo's switches, or null where there are none; undefined until that is known. Asked once a second, unless this is no demo.
 *
 * @param tick what changes when it is time to ask
 */
export function useDemo(tick: string | undefined): [Demo | null | undefined, (state: Demo) => void] {
  const [state, setState] = useState<Demo | null | undefined>(undefined);
  const absent = useRef(false);
  const asking = useRef(false);

  useEffect(() => {
    if (absent.current || asking.current) {
      return;
    }
    asking.current = true;
    demo
      .state()
      .then(setState, (thrown) => {
        if (thrown instanceof ProblemError && thrown.problem.status === 404) {
          absent.current = true;
        }
        setState((last) => (absent.current ? null : (last ?? null)));
      })
      .finally(() => {
        asking.current = false;
      });
  }, [tick]);

  return [state, setState];
}
