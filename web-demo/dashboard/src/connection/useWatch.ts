import { useEffect, useRef, useState } from 'preact/hooks';
import type { ConnectionState } from 'sluice-client';
import { session } from '../session';
import { useVisible } from './visible';
import { Watch } from './watch';

/** Watches what a path of the gateway says, while the component is there and the page is seen. */
export function useWatch<T>(path: string, onDocument: (document: T) => void): ConnectionState {
  const [state, setState] = useState<ConnectionState>({ status: 'connecting' });
  const newest = useRef(onDocument);
  newest.current = onDocument;
  const visible = useVisible();

  useEffect(() => {
    if (!visible) {
      return;
    }
    const watch = new Watch<T>(
      {
        open: (signal) => session.fetch(path, { headers: { Accept: 'text/event-stream' }, cache: 'no-store', signal }),
        random: Math.random,
      },
      (document) => newest.current(document),
      (next) => {
        if (next.status === 'disconnected' && next.problem.status === 401) {
          session.refused(next.problem);
        }
        setState((old) => (old.status === 'live' && next.status === 'live' ? old : next));
      },
    );
    watch.open();
    return () => watch.close();
  }, [path, visible]);

  return state;
}
