import type { DeviceHere } from '../../api';
import { Badge, type Column } from '../../components';
import type { Row, Value } from '../../connection';
import { bytes, duration, number, rate, time } from '../../format';
import { href } from '../../shell/route';
import { wordsOf } from './devices';

/**
 * @param now ms of the epoch
 */
export function devices(now: number): Column<DeviceHere>[] {
  return [
    {
      key: 'device',
      label: 'Device',
      cell: ({ device, subject, connection, address }) => (
        <span title={`${subject}, connection ${connection}${address ? `, from ${address}` : ''}`}>
          {device ?? subject}
        </span>
      ),
    },
    { key: 'rate', label: 'Events', align: 'end', cell: (one) => rate(one['events-per-second']) },
    { key: 'bytes', label: 'Bytes', align: 'end', wide: true, cell: (one) => `${bytes(one['bytes-per-second'])}/s` },
    { key: 'events', label: 'Acked', align: 'end', wide: true, cell: ({ events }) => number(events) },
    { key: 'since', label: 'Here for', align: 'end', cell: ({ since }) => duration(now - Date.parse(since)) },
    {
      key: 'stream',
      label: 'Sends to',
      cell: ({ stream }) => (
        <a class="row-name" href={href(`streams/${encodeURIComponent(stream)}`)}>
          {stream}
        </a>
      ),
    },
    { key: 'client', label: 'Client', wide: true, cell: ({ client, door }) => short(client ?? door) },
  ];
}

export const comings: Column<Row>[] = [
  { key: 'ts', label: 'Time', cell: (row) => time(String(row.ts)) },
  {
    key: 'what',
    label: 'What',
    cell: (row) => {
      const { tone, text } = wordsOf(row);
      return <Badge tone={tone}>{text}</Badge>;
    },
  },
  { key: 'device', label: 'Device', cell: (row) => short(row.device ?? row.client ?? row.address) },
  { key: 'stream', label: 'Sent to', wide: true, cell: (row) => row.sends_to },
];

const MOST = 28;

/** What devices call themselves may be long: a browser's name is a paragraph. */
function short(text: Value | undefined) {
  const whole = text == null ? '–' : `${text}`;
  return whole.length <= MOST ? whole : <span title={whole}>{whole.slice(0, MOST - 1)}…</span>;
}
