export { session } from './page';
export type { Caller, SessionState } from './session';
export { useSession } from './useSession';
