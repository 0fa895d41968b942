export type {
  ConnectionState,
  Gap,
  Progress,
  QueryListener,
  QuerySpec,
  Row,
  Subscription,
  Value,
} from 'sluice-client';
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
export { type Polled, usePolled } from './usePolled';
export { useWatch } from './useWatch';
