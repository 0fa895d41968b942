import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ConnectionState, Problem, QueryListener, QuerySpec, Row } from 'sluice-client';
import { painting } from '../painting/painting';
import { session } from '../session';
import { LatestRows } from './latest';
import { connection } from './page';

/** How a query of a component is doing. */
export interface QueryState {
  /** `waiting`: nothing has come yet. */
  status: 'waiting' | 'running' | 'ended' | 'failed';
  /** Why it failed, or why it waits. */
  problem?: Problem;
}

/** Nothing has come yet. */
export const WAITING: QueryState = { status: 'waiting' };

export function useConnectionState(): ConnectionState {
  const [state, setState] = useState(connection.state);
  useEffect(() => {
    setState(connection.state);
    return connection.watch(setState);
  }, []);
  return state;
}

/**
 * Asks while the component is there, and anew when the question changes (by value); null asks nothing. The listener's
 * newest version is called: it needs no memo. Rows do not render the component: keep them in a store, or see
 * {@link useLatestRows}.
 */
export function useQuery(spec: QuerySpec | null, listener: QueryListener): QueryState {
  const [state, setState] = useState<QueryState>(WAITING);
  const newest = useRef(listener);
  newest.current = listener;
  const key = spec && JSON.stringify(spec);

  useEffect(() => {
    setState(WAITING);
    if (!key) {
      return;
    }
    const runs = () => setState((old) => (old.status === 'running' ? old : { status: 'running' }));
    const subscription = connection.subscribe(JSON.parse(key) as QuerySpec, {
      onRows: (rows) => {
        newest.current.onRows?.(rows);
        runs();
      },
      onUpdates: (rows) => {
        newest.current.onUpdates?.(rows);
        runs();
      },
      onWatermark: (progress) => {
        newest.current.onWatermark?.(progress);
        runs();
      },
      onGap: (gap) => newest.current.onGap?.(gap),
      onRestart: (problem) => newest.current.onRestart?.(problem),
      onRetry: (problem) => {
        newest.current.onRetry?.(problem);
        setState({ status: 'waiting', problem });
      },
      onError: (problem) => {
        if (problem.status === 401) {
          session.refused(problem);
        }
        newest.current.onError?.(problem);
        setState({ status: 'failed', problem });
      },
      onEnd: (reason) => {
        newest.current.onEnd?.(reason);
        setState({ status: 'ended' });
      },
    });
    return () => subscription.close();
  }, [key]);

  return state;
}

/**
 * The newest row of each group, rendered at most four times a second.
 *
 * @param group which group a row is of
 * @param max groups
 */
export function useLatestRows(
  spec: QuerySpec | null,
  group: (row: Row) => string,
  { max = 500, ...listener }: { max?: number } & QueryListener = {},
): { rows: Row[]; state: QueryState } {
  const latest = useMemo(() => new LatestRows(group, max), []);
  const [rows, setRows] = useState<Row[]>([]);
  const render = useThrottled(() => setRows(latest.values()), 250);
  const take = (taken: Row[]) => {
    latest.take(taken);
    render();
  };
  const state = useQuery(spec, {
    ...listener,
    onRows: (taken) => {
      listener.onRows?.(taken);
      take(taken);
    },
    onUpdates: (taken) => {
      listener.onUpdates?.(taken);
      take(taken);
    },
    onRestart: (problem) => {
      listener.onRestart?.(problem);
      latest.clear();
      render();
    },
  });
  return { rows, state };
}

/** State of what comes by itself: rendered in the next frame that is drawn, with all else that has changed. */
export function useFrameState<T>(first: T): [T, (change: (old: T) => T) => void] {
  const [state, setState] = useState(first);
  const newest = useRef(first);
  const render = useInFrame(() => setState(newest.current));
  const change = useMemo(
    () => (to: (old: T) => T) => {
      const old = newest.current;
      newest.current = to(old);
      if (newest.current !== old) {
        render();
      }
    },
    [],
  );
  return [state, change];
}

/** Calls in the next frame that is drawn, and then in one at most once in so many milliseconds; the last call is never lost. */
export function useThrottled(action: () => void, everyMs: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const again = useRef(false);
  const run = useInFrame(() => {
    action();
    again.current = false;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      if (again.current) {
        run();
      }
    }, everyMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(() => {
    return () => {
      again.current = true;
      if (timer.current === undefined) {
        run();
      }
    };
  }, []);
}

/** The newest version of the action, in the next frame that is drawn while the component is there. */
function useInFrame(action: () => void): () => void {
  const newest = useRef(action);
  newest.current = action;
  const planned = useRef<() => void>(() => {});
  useEffect(() => () => planned.current(), []);
  return useMemo(() => {
    const act = () => newest.current();
    return () => {
      planned.current = painting.inFrame(act);
    };
  }, []);
}
