import type { Flow, FlowBuffer, Hop, StageName } from '../../api';
import { Sparkline } from '../../charts';
import { Badge, type Column, DataTable } from '../../components';
import { duration, number, percent, rate } from '../../format';
import { allBuffers, allHops, HISTORY, type History, keyOf, levelOf, ratio, STAGES, throughput } from './model';
import { amount } from './text';

interface BufferRow {
  stage: StageName;
  buffer: FlowBuffer;
  past: readonly number[];
}

/** Every named buffer: how full, what happens when it is, and what has happened. */
export function BufferTable({ flow, history }: { flow: Flow; history: History }) {
  const rows = allBuffers(flow).map(({ stage, buffer }) => ({
    stage,
    buffer,
    past: history.of(`buffer ${keyOf(stage, buffer)}`),
  }));
  return (
    <DataTable
      caption="Every buffer"
      columns={BUFFERS}
      rows={rows}
      rowKey={({ stage, buffer }) => keyOf(stage, buffer)}
    />
  );
}

const BUFFERS: Column<BufferRow>[] = [
  {
    key: 'buffer',
    label: 'Buffer',
    cell: ({ stage, buffer }) => <Named stage={stage} name={buffer.name} stream={buffer.stream} />,
  },
  {
    key: 'fill',
    label: 'Fill',
    align: 'end',
    cell: ({ buffer }) => amount(buffer.fill, buffer.unit),
  },
  {
    key: 'capacity',
    label: 'Capacity',
    align: 'end',
    cell: ({ buffer }) => amount(buffer.capacity, buffer.unit),
  },
  {
    key: 'level',
    label: 'Level',
    align: 'end',
    cell: ({ buffer }) => {
      const text = percent(ratio(buffer), ratio(buffer) > 0 && ratio(buffer) < 0.1 ? 1 : 0);
      return levelOf(buffer) === 'full' ? <Badge tone="early">{text}</Badge> : text;
    },
  },
  {
    key: 'past',
    label: 'Last 2 min',
    wide: true,
    cell: ({ buffer, past }) => <Sparkline values={past} points={HISTORY} bound={buffer.capacity} />,
  },
  {
    key: 'dropped',
    label: 'Dropped',
    align: 'end',
    cell: ({ buffer }) => (buffer['dropped-unit'] === null ? 'never' : amount(buffer.dropped, buffer['dropped-unit'])),
  },
  {
    key: 'waited',
    label: 'Waited',
    align: 'end',
    wide: true,
    cell: ({ buffer }) => (buffer['waited-unit'] === null ? '' : amount(buffer.waited, buffer['waited-unit'])),
  },
  { key: 'policy', label: 'When full', wide: true, cell: ({ buffer }) => <span class="policy">{buffer.policy}</span> },
];

interface HopRow {
  stage: StageName;
  hop: Hop;
  past: readonly number[];
}

/** Every hop: how much goes through it, how long it takes, and what state it is in. */
export function HopTable({ flow, history }: { flow: Flow; history: History }) {
  const rows = allHops(flow).map(({ stage, hop }) => ({ stage, hop, past: history.of(`hop ${keyOf(stage, hop)}`) }));
  return <DataTable caption="Every hop" columns={HOPS} rows={rows} rowKey={({ stage, hop }) => keyOf(stage, hop)} />;
}

const HOPS: Column<HopRow>[] = [
  { key: 'hop', label: 'Hop', cell: ({ stage, hop }) => <Named stage={stage} name={hop.name} stream={hop.stream} /> },
  {
    key: 'rate',
    label: 'Rate',
    align: 'end',
    cell: ({ hop }) => {
      const { rate: through, unit } = throughput(hop);
      return (
        <>
          {rate(through)} <span class="muted">{unit}</span>
        </>
      );
    },
  },
  { key: 'past', label: 'Last 2 min', wide: true, cell: ({ past }) => <Sparkline values={past} points={HISTORY} /> },
  { key: 'half', label: 'Half within', align: 'end', cell: ({ hop }) => duration(hop.latency?.p50) },
  { key: 'most', label: '99 % within', align: 'end', cell: ({ hop }) => duration(hop.latency?.p99) },
  {
    key: 'state',
    label: 'State',
    wide: true,
    cell: ({ hop }) => <span class="policy">{Object.entries(hop.state).map(stateText).join(', ')}</span>,
  },
];

function stateText([name, value]: [string, number]): string {
  const unit = /-(ms|bytes)$/.exec(name)?.[1];
  return unit
    ? `${name.slice(0, -unit.length - 1).replaceAll('-', ' ')} ${amount(value, unit)}`
    : `${name.replaceAll('-', ' ')} ${number(value)}`;
}

function Named({ stage, name, stream }: { stage: StageName; name: string; stream: string | null }) {
  return (
    <span class="named">
      <span class="named-stage">{STAGES[stage].title}</span> {name}
      {stream && <span class="muted"> of {stream}</span>}
    </span>
  );
}
