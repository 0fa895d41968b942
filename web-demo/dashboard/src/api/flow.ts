/** As `GET /v1/flow` says it, once a second. */

export type StageName = 'doors-in' | 'ingest' | 'log' | 'tail' | 'catch-up' | 'queries' | 'subscribers' | 'doors-out';

export interface Flow {
  at: string;
  /** That the rates are over. */
  seconds: number;
  'latency-seconds': number;
  /** In the order of the data's way. */
  stages: FlowStage[];
  queries: { running: number; more: number; busiest: BusyQuery[] };
}

export interface FlowStage {
  stage: StageName;
  hops: Hop[];
  buffers: FlowBuffer[];
}

export interface Hop {
  name: string;
  stream: string | null;
  /** A second, by what is counted: frames, events, rows, bytes. */
  rate: Record<string, number>;
  /** Milliseconds; null if nothing passed. */
  latency: { what: string; count: number; p50: number; p99: number; max: number } | null;
  state: Record<string, number>;
}

export interface FlowBuffer {
  name: string;
  stream: string | null;
  unit: string;
  fill: number;
  capacity: number;
  /** What happens when it is full. */
  policy: string;
  dropped: number;
  'dropped-unit': string | null;
  waited: number;
  'waited-unit': string | null;
}

export interface BusyQuery {
  id: string;
  sql: string;
  stream: string;
  window: string | null;
  state: 'live' | 'catching-up';
  'lag-events': number | null;
  rate: { events: number; rows: number };
  subscribers: {
    count: number;
    'at-bound': number;
    fill: number;
    capacity: number;
    outbound: number;
    dropped: number;
  };
}
