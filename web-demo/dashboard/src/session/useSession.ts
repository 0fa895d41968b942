import { useEffect, useState } from 'preact/hooks';
import { session } from './page';
import type { SessionState } from './session';

export function useSession(): SessionState {
  const [state, setState] = useState(session.state);
  useEffect(() => {
    setState(session.state);
    return session.watch(setState);
  }, []);
  return state;
}
