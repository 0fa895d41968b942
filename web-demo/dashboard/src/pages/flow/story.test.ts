import { expect, it } from 'vitest';
import { buffer, demoOf, flowOf, hop } from './flow.fixture';
import { isHeld, RECOVERY_MS, story } from './story';

const NOW = 1_000_000;
const CALM = flowOf({ log: { hops: [hop('append', { records: 131 })] } });

it('says that all flows', () => {
  expect(story(CALM, null, null, NOW)).toMatchObject({ tone: 'calm', title: 'All flows' });
  expect(story(flowOf(), null, null, NOW).title).toBe('Nothing comes in');
});

it('says that demand stops while Kafka is paused, and what the devices keep', () => {
  const flow = flowOf({
    'doors-in': { hops: [hop('rsocket', { events: 0 }, { state: { 'in-flight-frames': 380 } })] },
    log: { hops: [hop('append', { records: 0 }, { state: { 'oldest-ms': 3_200 } })] },
  });
  const { tone, title, text } = story(flow, demoOf({ paused: true }), NOW, NOW);
  expect(tone).toBe('held');
  expect(title).toMatch(/^Kafka is paused for another 8.s$/);
  expect(text).toContain('Demand has stopped: 380 devices wait');
  expect(text).toContain('They keep 12 reports');
});

it('sees that Kafka holds up what is sent, where there is no demo to say so', () => {
  const slow = flowOf({ log: { hops: [hop('append', {}, { state: { 'oldest-ms': 4_000 } })] } });
  expect(isHeld(slow, null)).toBe(true);
  expect(story(slow, null, null, NOW).title).toBe('Kafka holds up what is sent');
  expect(isHeld(CALM, demoOf())).toBe(false);
});

it('speaks of the recovery for a while, and of what was lost', () => {
  expect(story(CALM, demoOf(), NOW - 1_000, NOW)).toMatchObject({ tone: 'back', title: 'Kafka is back' });
  expect(story(CALM, demoOf(), NOW - 1_000, NOW).text).toContain('Nothing was lost');
  expect(story(CALM, demoOf({ dropped: 3 }), NOW - 1_000, NOW).text).toContain('3 reports were too many to keep');
  expect(story(CALM, demoOf(), NOW - RECOVERY_MS, NOW).title).toBe('All flows');
});

it('says of a subscriber who does not read that only it waits', () => {
  const flow = flowOf();
  expect(story(flow, demoOf({ stalled: true }), null, NOW).title).toBe('One subscriber does not read');
  flow.queries.busiest = [
    {
      id: 'a',
      sql: 'SELECT 1',
      stream: 'buses',
      window: null,
      state: 'live',
      'lag-events': 0,
      rate: { events: 1, rows: 1 },
      subscribers: { count: 2, 'at-bound': 1, fill: 900_000, capacity: 1_048_576, outbound: 65_536, dropped: 41 },
    },
  ];
  const { title, text } = story(flow, demoOf({ stalled: true }), null, NOW);
  expect(title).toContain('only it waits');
  expect(text).toContain('41 so far');
});

it('names the rush, and any other buffer that is full with what happens then', () => {
  expect(story(CALM, demoOf({ speed: 20 }), null, NOW).title).toBe('The fleet sends at 20×');
  const full = flowOf({ ingest: { buffers: [buffer('ingest', 95, 100)] } });
  expect(story(full, null, null, NOW)).toMatchObject({ tone: 'held', title: 'At its bound: ingest' });
  expect(story(full, null, null, NOW).text).toContain('demand stops');
});
