import type { Demo, Flow, FlowBuffer, FlowStage, Hop, StageName } from '../../api';

/** A flow of tests, quiet but for what is given. */
export function flowOf(stages: Partial<Record<StageName, { hops?: Hop[]; buffers?: FlowBuffer[] }>> = {}): Flow {
  const names: StageName[] = ['doors-in', 'ingest', 'log', 'tail', 'catch-up', 'queries', 'subscribers', 'doors-out'];
  return {
    at: '2026-11-21T10:00:01.000Z',
    seconds: 1,
    'latency-seconds': 5,
    stages: names.map((stage): FlowStage => ({ stage, hops: [], buffers: [], ...stages[stage] })),
    queries: { running: 0, more: 0, busiest: [] },
  };
}

export function hop(name: string, rate: Record<string, number>, more: Partial<Hop> = {}): Hop {
  return { name, stream: null, rate, latency: null, state: {}, ...more };
}

export function buffer(name: string, fill: number, capacity: number, more: Partial<FlowBuffer> = {}): FlowBuffer {
  return {
    name,
    stream: null,
    unit: 'bytes',
    fill,
    capacity,
    policy: 'demand stops',
    dropped: 0,
    'dropped-unit': null,
    waited: 0,
    'waited-unit': null,
    ...more,
  };
}

export function demoOf(more: { speed?: number; stalled?: boolean; paused?: boolean; dropped?: number } = {}): Demo {
  return {
    fleet: {
      speed: more.speed ?? 1,
      most: 20,
      buses: 430,
      connected: 430,
      acked: 1000,
      buffered: 12,
      dropped: more.dropped ?? 0,
      rejected: 0,
    },
    'stalled-subscriber': { present: more.stalled ?? false, sql: 'SELECT 1' },
    'kafka-pause': { paused: more.paused ?? false, available: true, 'seconds-left': more.paused ? 7.2 : 0, most: 30 },
  };
}
