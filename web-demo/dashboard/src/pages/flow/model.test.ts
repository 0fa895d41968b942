import { describe, expect, it } from 'vitest';
import { buffer, flowOf, hop } from './flow.fixture';
import { HISTORY, History, latencyOf, levelOf, pipes, ratio, speedOf, stateOf, throughput } from './model';

describe('the flow', () => {
  it('counts what flows by the unit that says most', () => {
    expect(throughput(hop('http', { frames: 3, events: 30, bytes: 900 }))).toEqual({ rate: 30, unit: 'events' });
    expect(throughput(hop('ingest', { stored: 2, accepted: 20 }))).toEqual({ rate: 20, unit: 'events' });
    expect(throughput(hop('new', { things: 4 }))).toEqual({ rate: 4, unit: 'things' });
    expect(throughput(hop('quotas', { 'refused-events-per-second': 5 }))).toEqual({ rate: 5, unit: 'refused events' });
  });

  it('adds up the streams of a stage in its pipes', () => {
    const flow = flowOf({
      'doors-in': { hops: [hop('rsocket', { events: 100 }), hop('http', { events: 31 })] },
      tail: { hops: [hop('tail', { events: 60 }), hop('tail', { events: 71 })] },
    });
    const rates = Object.fromEntries(pipes(flow).map(({ from, to, rate }) => [`${from} ${to}`, rate]));
    expect(rates['doors-in ingest']).toBe(131);
    expect(rates['log tail']).toBe(131);
    expect(rates['log catch-up']).toBe(0);
  });

  it('knows no figure that no hop says', () => {
    const flow = flowOf({ 'doors-in': { hops: [hop('rsocket', {}, { state: { granted: 0 } }), hop('http', {})] } });
    expect(stateOf(flow, 'doors-in', 'granted')).toBe(0);
    expect(stateOf(flow, 'log', 'oldest-ms')).toBeNull();
  });

  it('takes the slowest hop for the stage’s latency', () => {
    const latency = (p99: number) => ({ what: 'x', count: 1, p50: 1, p99, max: 100 });
    const hops = [hop('a', {}, { latency: latency(9) }), hop('b', {}), hop('c', {}, { latency: latency(21) })];
    expect(latencyOf({ stage: 'tail', hops, buffers: [] })?.p99).toBe(21);
    expect(latencyOf({ stage: 'tail', hops: [], buffers: [] })).toBeNull();
  });
});

describe('levels', () => {
  it.each([
    [0, 100, 'empty'],
    [1, 1_000_000, 'filling'],
    [89, 100, 'filling'],
    [90, 100, 'full'],
    [120, 100, 'full'],
    [3, 0, 'empty'],
  ])('%i of %i is %s', (fill, capacity, level) => {
    expect(levelOf(buffer('b', fill, capacity))).toBe(level);
    expect(ratio({ fill, capacity })).toBeLessThanOrEqual(1);
  });

  it('drops move if anything does, faster with more, and never too fast to see', () => {
    expect(speedOf(0)).toBe(0);
    const speeds = [0.1, 1, 10, 131, 2_600, 1e9].map(speedOf);
    expect([...speeds].sort((a, b) => a - b)).toEqual(speeds);
    expect(speeds[0]).toBeGreaterThan(5);
    expect(speeds.at(-1)).toBe(160);
  });
});

describe('History', () => {
  it('keeps two minutes, the newest last', () => {
    const history = new History();
    for (let i = 0; i < HISTORY + 5; i++) {
      history.take(flowOf({ ingest: { buffers: [buffer('ingest', i, 1_000)] } }));
    }
    const past = history.of('buffer ingest ingest ');
    expect(past).toHaveLength(HISTORY);
    expect(past[0]).toBe(5);
    expect(past.at(-1)).toBe(HISTORY + 4);
  });

  it('lets go of a buffer that has been gone for so long', () => {
    const history = new History();
    history.take(flowOf({ tail: { buffers: [buffer('tail', 1, 64, { stream: 'a' })] } }));
    expect(history.of('buffer tail tail a')).toEqual([1]);
    for (let i = 0; i <= HISTORY; i++) {
      history.take(flowOf());
    }
    expect(history.of('buffer tail tail a')).toEqual([]);
  });
});
