export type { Subscription } from './connection';
export { type QueryState, useConnectionState, useLatestRows, useQuery, useThrottled } from './hooks';
export { connection } from './page';
export type { ConnectionState, Gap, Progress, QueryListener, QuerySpec, Row, Value } from './types';
