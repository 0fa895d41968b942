import type { Demo, Flow } from '../../api';
import { bytes, duration, number, rate } from '../../format';
import { allBuffers, levelOf, logHolds, rateOf, stageOf, stateOf } from './model';

export interface Story {
  /** `held`: something waits, as it should. */
  tone: 'calm' | 'held' | 'back';
  title: string;
  text: string;
}

/** For so long after Kafka's return the devices are watched emptying what they kept. */
export const RECOVERY_MS = 15_000;

/** What one sees now, and why. @param held when Kafka was last seen held up, in milliseconds of the epoch. */
export function story(flow: Flow, demo: Demo | null, held: number | null, now: number): Story {
  if (isHeld(flow, demo)) {
    return pausedStory(flow, demo);
  }
  if (held !== null && now - held < RECOVERY_MS) {
    return recovering(flow, demo);
  }
  if (demo?.['stalled-subscriber'].present) {
    return stalled(flow);
  }
  const stored = rateOf(flow, 'log', 'records');
  const append = stageOf(flow, 'log').hops.find(({ latency }) => latency)?.latency;
  const took = append ? `, half of them within ${duration(append.p50)}` : '';
  if (demo && demo.fleet.speed > 1) {
    return {
      tone: 'calm',
      title: `The fleet sends at ${number(demo.fleet.speed)}×`,
      text: `${rate(stored)} are stored${took}. Buffers fill a little, none to its bound: there is room for all of it, so nobody waits.`,
    };
  }
  const full = allBuffers(flow).filter(({ buffer }) => levelOf(buffer) === 'full');
  if (full.length > 0) {
    return {
      tone: 'held',
      title: `At its bound: ${full.map(({ buffer }) => buffer.name).join(', ')}`,
      text: `It takes no more than that. What happens now is its policy: ${full[0]?.buffer.policy}.`,
    };
  }
  return stored > 0
    ? {
        tone: 'calm',
        title: 'All flows',
        text: `${rate(stored)} are stored${took}. Every buffer has room, so every device has credit.`,
      }
    : { tone: 'calm', title: 'Nothing comes in', text: 'No device has sent anything in the last second.' };
}

export function isHeld(flow: Flow, demo: Demo | null): boolean {
  return (demo?.['kafka-pause'].paused ?? false) || logHolds(flow);
}

function pausedStory(flow: Flow, demo: Demo | null): Story {
  const waiting = stateOf(flow, 'doors-in', 'in-flight-frames') ?? 0;
  const oldest = stateOf(flow, 'log', 'oldest-ms') ?? 0;
  const left = demo?.['kafka-pause'].paused ? demo['kafka-pause']['seconds-left'] : 0;
  const kept = demo ? ` They keep ${number(demo.fleet.buffered)} reports meanwhile.` : '';
  return {
    tone: 'held',
    title:
      left > 0 ? `Kafka is paused for another ${duration(Math.ceil(left) * 1_000)}` : 'Kafka holds up what is sent',
    text:
      `Nothing is acked: the oldest frame has waited ${duration(oldest)}. ` +
      `Demand has stopped: ${number(waiting)} devices wait for an ack, and none of them has credit to send more.` +
      kept,
  };
}

function recovering(flow: Flow, demo: Demo | null): Story {
  const stored = rateOf(flow, 'log', 'records');
  const lost = demo ? demo.fleet.dropped : 0;
  return {
    tone: 'back',
    title: 'Kafka is back',
    text:
      `Devices have credit again and send what they kept: ${rate(stored)} are stored. ` +
      (lost === 0 ? 'Nothing was lost.' : `${number(lost)} reports were too many to keep.`),
  };
}

function stalled(flow: Flow): Story {
  const { fill, capacity, outbound, dropped } = flow.queries.busiest
    .filter(({ subscribers }) => subscribers['at-bound'] > 0)
    .reduce(
      (sum, { subscribers }) => ({
        fill: sum.fill + subscribers.fill,
        capacity: sum.capacity + subscribers.capacity,
        outbound: sum.outbound + subscribers.outbound,
        dropped: sum.dropped + subscribers.dropped,
      }),
      { fill: 0, capacity: 0, outbound: 0, dropped: 0 },
    );
  if (capacity === 0) {
    return {
      tone: 'held',
      title: 'One subscriber does not read',
      text: 'First its connection fills, then its own buffer, up to its bound. All else flows on.',
    };
  }
  return {
    tone: 'held',
    title: 'One subscriber does not read, and only it waits',
    text:
      `Its buffer holds ${bytes(fill + outbound)} of ${bytes(capacity)}; the oldest of its rows give way (${number(dropped)} so far) and it will be told so. ` +
      'Its query and everyone else flow on.',
  };
}
