export type { Subscription } from './connection';
export {
  type QueryState,
  useConnectionState,
  useFrameState,
  useLatestRows,
  useQuery,
  useThrottled,
  WAITING,
} from './hooks';
export { connection } from './page';
export type { ConnectionState, Gap, Progress, QueryListener, QuerySpec, Row, Value } from './types';
export { type Polled, usePolled } from './usePolled';
export { useWatch } from './useWatch';
