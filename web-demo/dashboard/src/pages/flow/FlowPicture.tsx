import { useEffect, useRef, useState } from 'preact/hooks';
import type { Flow, FlowBuffer, FlowStage, StageName } from '../../api';
import { duration, number, rate } from '../../format';
import { type Box, type Layout, layout, tankBoxes } from './layout';
import {
  demandHeld,
  keyOf,
  latencyOf,
  levelOf,
  logHolds,
  pipes,
  rateOf,
  ratio,
  STAGES,
  stageOf,
  stateOf,
  throughput,
} from './model';
import { Pipe } from './Pipe';
import { amount, short } from './text';

/** Tanks of a stage that are drawn; the table has them all. */
const DRAWN = 4;

/** The way of the data, from the doors to the subscribers. The tables say the same in numbers. */
export function FlowPicture({ flow }: { flow: Flow }) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const measured = new ResizeObserver(() => setWidth(element.clientWidth));
    measured.observe(element);
    return () => measured.disconnect();
  }, []);
  return (
    <div ref={place} class="flow-picture">
      {width > 0 && <Drawing flow={flow} width={width} />}
    </div>
  );
}

function Drawing({ flow, width }: { flow: Flow; width: number }) {
  const drawn = Object.fromEntries(flow.stages.map((stage) => [stage.stage, tanksOf(stage)])) as Record<
    StageName,
    FlowBuffer[]
  >;
  const counts = Object.fromEntries(
    (Object.keys(STAGES) as StageName[]).map((stage) => [stage, drawn[stage]?.length ?? 0]),
  ) as Record<StageName, number>;
  const plan = layout(width, counts);
  const incoming = pipes(flow)[0]?.rate ?? 0;
  return (
    <svg
      role="img"
      aria-label="The way of the data, from the doors through Kafka and the queries to the subscribers. The tables below say the same in numbers."
      width={plan.width}
      height={plan.height}
      viewBox={`0 0 ${plan.width} ${plan.height}`}
    >
      <Pipe path={plan.inlet} rate={incoming} what="From devices" />
      {pipes(flow).map(({ from, to, rate: through }) => (
        <Pipe
          key={`${from} ${to}`}
          path={plan.pipes[`${from} ${to}`] as string}
          rate={through}
          what={`${STAGES[from].title} to ${STAGES[to].title}`}
        />
      ))}
      <Pipe path={plan.outlet} rate={rateOf(flow, 'doors-out', 'rows')} what="To subscribers" />
      <Gate plan={plan} shut={demandHeld(flow)} />
      {(Object.keys(STAGES) as StageName[]).map((name) => (
        <Stage key={name} flow={flow} stage={stageOf(flow, name)} box={plan.stages[name]} tanks={drawn[name] ?? []} />
      ))}
    </svg>
  );
}

/** Those that are full first of all; else as the server names them. */
function tanksOf({ buffers }: FlowStage): FlowBuffer[] {
  if (buffers.length <= DRAWN) {
    return buffers;
  }
  const full = buffers.filter((buffer) => levelOf(buffer) === 'full').slice(0, DRAWN);
  const others = buffers.filter((buffer) => !full.includes(buffer));
  return [...full, ...others].slice(0, DRAWN);
}

/** Demand: the gate goes down when no device may send. */
function Gate({ plan, shut }: { plan: Layout; shut: boolean }) {
  const { x, y } = plan.gate;
  return (
    <g transform={`translate(${x} ${y})${plan.upright ? ' rotate(90)' : ''}`}>
      <g class={shut ? 'gate gate-shut' : 'gate'}>
        <title>{shut ? 'Demand has stopped: who waits for an ack has no credit' : 'Devices have credit'}</title>
        <rect x="-3" y="-13" width="6" height="26" rx="3" />
      </g>
    </g>
  );
}

function Stage({ flow, stage, box, tanks }: { flow: Flow; stage: FlowStage; box: Box; tanks: FlowBuffer[] }) {
  const { title, about } = STAGES[stage.stage];
  const boxes = tankBoxes(box, tanks.length);
  const { value, note, held } = headline(flow, stage);
  return (
    <g>
      <g>
        <title>{`${title}. ${about}`}</title>
        <rect class="stage" x={box.x} y={box.y} width={box.width} height={box.height} rx="10" />
        <text class="stage-title" x={box.x + 10} y={box.y + 19}>
          {title}
        </text>
        <text class="stage-rate" x={box.x + 10} y={box.y + 39}>
          {value}
        </text>
        <text class={held ? 'stage-note stage-held' : 'stage-note'} x={box.x + 10} y={box.y + 56}>
          {note}
        </text>
      </g>
      {tanks.map((buffer, i) => (
        <Tank key={keyOf(stage.stage, buffer)} buffer={buffer} box={boxes[i] as Box} />
      ))}
    </g>
  );
}

/** A stage's rate, and what else counts there. */
function headline(flow: Flow, stage: FlowStage): { value: string; note: string; held?: boolean } {
  const { queries } = flow;
  switch (stage.stage) {
    case 'doors-in': {
      const credit = stateOf(flow, 'doors-in', 'granted');
      const connections = stateOf(flow, 'doors-in', 'connections');
      return {
        value: rate(pipes(flow)[0]?.rate),
        note: connections ? `credit ${number(credit)}` : 'no device',
        held: demandHeld(flow),
      };
    }
    case 'log': {
      const oldest = stateOf(flow, 'log', 'oldest-ms') ?? 0;
      return logHolds(flow)
        ? { value: total(stage), note: `waits ${duration(oldest)}`, held: true }
        : { value: total(stage), note: slowest(stage) };
    }
    case 'catch-up': {
      const busy = stateOf(flow, 'catch-up', 'busy');
      return { value: total(stage), note: busy === null ? '' : `${number(busy)} busy` };
    }
    case 'queries':
      return { value: total(stage), note: `${number(queries.running)} running` };
    case 'subscribers': {
      const count = queries.busiest.reduce((sum, { subscribers }) => sum + subscribers.count, 0);
      const bound = queries.busiest.reduce((sum, { subscribers }) => sum + subscribers['at-bound'], 0);
      return {
        value: number(count),
        note: bound > 0 ? `${number(bound)} at its bound` : 'none at its bound',
        held: bound > 0,
      };
    }
    case 'doors-out':
      return { value: rate(rateOf(flow, 'doors-out', 'rows')), note: 'rows' };
    default:
      return { value: total(stage), note: slowest(stage) };
  }
}

function total({ hops }: FlowStage): string {
  return rate(hops.reduce((sum, hop) => sum + throughput(hop).rate, 0));
}

function slowest(stage: FlowStage): string {
  const latency = latencyOf(stage);
  return latency ? `99 %: ${duration(latency.p99)}` : '';
}

/** A buffer: as full as it is, and brass when it is full. */
function Tank({ buffer, box }: { buffer: FlowBuffer; box: Box }) {
  const { name, stream, unit, fill, capacity, policy } = buffer;
  const filled = ratio(buffer);
  const level = levelOf(buffer);
  // What is not empty shows.
  const high = level === 'empty' ? 0 : Math.max(2, filled * box.height);
  const clip = `flow-tank-${Math.round(box.x)}-${Math.round(box.y)}`;
  const room = Math.floor((box.width - 14) / 6.1);
  return (
    <g class={`tank tank-${level}`}>
      <title>{`${name}${stream ? ` of ${stream}` : ''}: ${amount(fill, unit)} of ${amount(capacity, unit)}. When full: ${policy}.`}</title>
      <clipPath id={clip}>
        <rect x={box.x} y={box.y} width={box.width} height={box.height} rx="6" />
      </clipPath>
      <rect class="tank-wall" x={box.x} y={box.y} width={box.width} height={box.height} rx="6" />
      <g clip-path={`url(#${clip})`}>
        <g class="tank-water" style={{ transform: `translateY(${box.height - high}px)` }}>
          <rect x={box.x} y={box.y} width={box.width} height={box.height} />
          <path d={`M${box.x} ${box.y + 0.75}h${box.width}`} />
        </g>
      </g>
      <rect class="tank-rim" x={box.x} y={box.y} width={box.width} height={box.height} rx="6" />
      <text class="tank-name" x={box.x + 7} y={box.y + 18}>
        {short(stream ?? name, room)}
      </text>
      <text class="tank-fill" x={box.x + 7} y={box.y + 34}>
        {short(`${amount(fill, unit, true)} / ${amount(capacity, unit, true)}`, room + 2)}
      </text>
    </g>
  );
}
