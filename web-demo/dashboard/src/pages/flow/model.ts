import type { Flow, FlowBuffer, FlowStage, Hop, StageName } from '../../api';

/** Seconds of the past that are kept. */
export const HISTORY = 120;

export const STAGES: Record<StageName, { title: string; about: string }> = {
  'doors-in': { title: 'Doors in', about: 'Devices send frames, as many as they have credit for.' },
  ingest: { title: 'Ingest', about: 'Frames in flight share a budget of bytes: no room, no credit.' },
  log: { title: 'Kafka', about: 'An event is acked when it is in the log, and not before.' },
  tail: { title: 'Tail', about: 'One reader per stream keeps the newest batches for all queries.' },
  'catch-up': { title: 'Catch-up', about: 'Queries over the past read the log at their own pace.' },
  queries: { title: 'Queries', about: 'Equal questions share one computation.' },
  subscribers: { title: 'Subscribers', about: 'Each has a buffer of its own, and slows nobody else.' },
  'doors-out': { title: 'Doors out', about: 'Rows leave, encoded once for all who asked the same.' },
};

/** What flows, of all that a hop counts: the first of these that it has. */
const FLOWING = ['accepted', 'events', 'records', 'rows', 'frames'];

export function stageOf(flow: Flow, name: StageName): FlowStage {
  return flow.stages.find(({ stage }) => stage === name) ?? { stage: name, hops: [], buffers: [] };
}

/** How much goes through a hop, and what. */
export function throughput(hop: Hop): { rate: number; unit: string } {
  const unit = FLOWING.find((each) => each in hop.rate) ?? Object.keys(hop.rate)[0] ?? '';
  return { rate: hop.rate[unit] ?? 0, unit: unit === 'accepted' ? 'events' : words(unit) };
}

/** A rate's name beside its `/s`. */
function words(unit: string): string {
  return unit.replace(/-per-second$/, '').replaceAll('-', ' ');
}

/** All of a stage's hops together. */
export function rateOf(flow: Flow, stage: StageName, unit: string): number {
  return stageOf(flow, stage).hops.reduce((total, hop) => total + (hop.rate[unit] ?? 0), 0);
}

/** The sum of a figure of a stage's hops; null where none says it. */
export function stateOf(flow: Flow, stage: StageName, name: string): number | null {
  const said = stageOf(flow, stage)
    .hops.map((hop) => hop.state[name])
    .filter((value) => value !== undefined);
  return said.length === 0 ? null : said.reduce((total, value) => total + value, 0);
}

/** The slowest hop's latency of a stage. */
export function latencyOf(stage: FlowStage): { what: string; p50: number; p99: number } | null {
  const told = stage.hops.flatMap(({ latency }) => (latency ? [latency] : []));
  return told.reduce<(typeof told)[number] | null>((most, each) => (most && most.p99 >= each.p99 ? most : each), null);
}

/** What one buffer or hop is called, over time and over streams. */
export function keyOf(stage: StageName, { name, stream }: { name: string; stream: string | null }): string {
  return `${stage} ${name} ${stream ?? ''}`;
}

export type Level = 'empty' | 'filling' | 'full';

/** From here on a buffer is called full: what comes next waits, or goes. */
export const FULL = 0.9;

export function ratio({ fill, capacity }: { fill: number; capacity: number }): number {
  return capacity > 0 ? Math.min(1, Math.max(0, fill / capacity)) : 0;
}

export function levelOf(buffer: { fill: number; capacity: number }): Level {
  const filled = ratio(buffer);
  return filled >= FULL ? 'full' : filled > 0 ? 'filling' : 'empty';
}

/** One of the pipes between stages: what goes through it, a second. */
export interface Pipe {
  from: StageName;
  to: StageName;
  rate: number;
}

export function pipes(flow: Flow): Pipe[] {
  const into = (['events', 'frames'] as const).map((unit) => rateOf(flow, 'doors-in', unit)).find((rate) => rate > 0);
  const rows = rateOf(flow, 'queries', 'rows') + rateOf(flow, 'catch-up', 'rows');
  const tail = rateOf(flow, 'tail', 'events');
  const past = rateOf(flow, 'catch-up', 'events');
  return [
    { from: 'doors-in', to: 'ingest', rate: into ?? 0 },
    { from: 'ingest', to: 'log', rate: rateOf(flow, 'log', 'records') },
    { from: 'log', to: 'tail', rate: tail },
    { from: 'log', to: 'catch-up', rate: past },
    { from: 'tail', to: 'queries', rate: rateOf(flow, 'queries', 'events') },
    { from: 'catch-up', to: 'queries', rate: past },
    { from: 'queries', to: 'subscribers', rate: rows },
    { from: 'subscribers', to: 'doors-out', rate: rateOf(flow, 'doors-out', 'rows') },
  ];
}

/** Pixels a second at which a rate is drawn: a tenfold rate is a step faster, so that 1/s moves and 100,000/s is seen. */
export function speedOf(rate: number): number {
  return rate <= 0 ? 0 : Math.min(160, 14 + 26 * Math.log10(1 + rate));
}

/** Numbers that are kept for {@link HISTORY} seconds, by name. What is no longer said goes. */
export class History {
  private readonly values = new Map<string, { seen: number; points: number[] }>();
  private turn = 0;

  take(flow: Flow) {
    this.turn++;
    for (const { stage, hops, buffers } of flow.stages) {
      for (const hop of hops) {
        this.add(`hop ${keyOf(stage, hop)}`, throughput(hop).rate);
      }
      for (const buffer of buffers) {
        this.add(`buffer ${keyOf(stage, buffer)}`, buffer.fill);
      }
    }
    for (const [key, { seen }] of this.values) {
      if (seen < this.turn - HISTORY) {
        this.values.delete(key);
      }
    }
  }

  of(key: string): readonly number[] {
    return this.values.get(key)?.points ?? [];
  }

  private add(key: string, value: number) {
    const kept = this.values.get(key) ?? { seen: 0, points: [] };
    kept.seen = this.turn;
    kept.points.push(value);
    if (kept.points.length > HISTORY) {
      kept.points.shift();
    }
    this.values.set(key, kept);
  }
}

/** An append that is out for longer than this is held up. */
const HELD_MS = 1_000;

/** Whether the log takes nothing: then no device that waits for an ack may send. */
export function logHolds(flow: Flow): boolean {
  return (stateOf(flow, 'log', 'oldest-ms') ?? 0) > HELD_MS;
}

/** Whether demand has stopped: nobody may send, or all who have something to send wait for the log. */
export function demandHeld(flow: Flow): boolean {
  const connected = (stateOf(flow, 'doors-in', 'connections') ?? 0) > 0;
  return connected && (logHolds(flow) || stateOf(flow, 'doors-in', 'granted') === 0);
}

/** Every buffer with its stage, in the order of the data's way. */
export function allBuffers(flow: Flow): { stage: StageName; buffer: FlowBuffer }[] {
  return flow.stages.flatMap(({ stage, buffers }) => buffers.map((buffer) => ({ stage, buffer })));
}

export function allHops(flow: Flow): { stage: StageName; hop: Hop }[] {
  return flow.stages.flatMap(({ stage, hops }) => hops.map((hop) => ({ stage, hop })));
}
