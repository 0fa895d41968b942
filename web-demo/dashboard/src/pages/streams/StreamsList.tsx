import { api, type RunningQuery, type StreamWithStatus } from '../../api';
import type { Column } from '../../components';
import { AllOf, type Listed, listed, nameColumn } from '../../definition';
import { bytes, duration, number, rate } from '../../format';
import { href } from '../../shell/route';
import { type QueryFigures, queryFigures, watermarkAge } from './figures';

interface Row {
  stream: StreamWithStatus;
  figures: QueryFigures;
}

export function StreamsList() {
  return (
    <AllOf
      of="streams"
      about="What is declared here, how it is doing, and who reads it."
      add={{ label: 'Declare a stream', param: 'declare' }}
      load={load}
      columns={COLUMNS}
      nameOf={nameOf}
      note="A stream’s events are kept in Kafka, checked by its schema"
      none={
        <>
          <h3>No stream is declared yet</h3>
          <p>
            A stream has a name and fields. <a href={href('streams', { declare: '' })}>Declare one</a>, and send it
            events.
          </p>
        </>
      }
    />
  );
}

const COLUMNS: Column<Row>[] = [
  nameColumn('streams', 'Stream', nameOf),
  { key: 'rate', label: 'Rate', align: 'end', cell: ({ stream }) => rate(stream.status.rate) },
  { key: 'records', label: 'Records', align: 'end', cell: ({ stream }) => number(stream.status.records) },
  { key: 'size', label: 'On disk', align: 'end', wide: true, cell: ({ stream }) => bytes(stream.status.bytes) },
  {
    key: 'watermark',
    label: 'Watermark behind',
    align: 'end',
    cell: ({ stream }) => duration(rounded(watermarkAge(stream, Date.now()))),
  },
  { key: 'late', label: 'Late', align: 'end', wide: true, cell: ({ figures }) => number(figures.late) },
  { key: 'lag', label: 'Lag, events', align: 'end', wide: true, cell: ({ figures }) => number(figures.lagEvents) },
  { key: 'queries', label: 'Queries', align: 'end', wide: true, cell: ({ figures }) => number(figures.queries) },
  { key: 'readers', label: 'Readers', align: 'end', wide: true, cell: ({ figures }) => number(figures.subscribers) },
];

function nameOf({ stream }: Row): string {
  return stream.name;
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 100) * 100;
}

async function load(signal: AbortSignal): Promise<Listed<Row>> {
  const [streams, { queries }] = await Promise.all([api.streams(signal), api.queries(undefined, signal)]);
  const { rows, more } = await listed(streams, (name) => api.stream(name, signal));
  return { rows: rows.map((stream) => ({ stream, figures: queryFigures(ofStream(queries, stream.name)) })), more };
}

function ofStream(queries: readonly RunningQuery[], name: string): RunningQuery[] {
  return queries.filter(({ stream }) => stream === name);
}
