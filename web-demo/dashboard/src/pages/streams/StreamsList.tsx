import { allStatus, api, type RunningQuery, type StreamWithStatus } from '../../api';
import { type Column, DataTable, Empty, Page, Panel, ProblemNote } from '../../components';
import { usePolled, WAITING } from '../../connection';
import '../../definition/definition.css';
import { bytes, duration, number, rate } from '../../format';
import { href } from '../../shell/route';
import { type QueryFigures, queryFigures, watermarkAge } from './figures';

const EVERY_MS = 3_000;
/** Streams whose figures are asked for; of more, the definitions alone would be a page of their own. */
const MOST = 100;

interface Row {
  stream: StreamWithStatus;
  figures: QueryFigures;
}

export function StreamsList() {
  const { value, problem } = usePolled('streams', load, EVERY_MS);
  return (
    <Page
      title="Streams"
      about="What is declared here, how it is doing, and who reads it."
      controls={
        <a class="button button-primary" href={href('streams', { declare: '' })}>
          Declare a stream
        </a>
      }
    >
      {problem && <ProblemNote problem={problem} waits />}
      <Panel
        title="All streams"
        about={
          value && value.more > 0
            ? `The first ${MOST} of ${number(MOST + value.more)}`
            : 'A stream’s events are kept in Kafka, checked by its schema'
        }
        state={value ? undefined : WAITING}
        height={120}
      >
        {value &&
          (value.rows.length === 0 ? (
            <Empty>
              <h3>No stream is declared yet</h3>
              <p>
                A stream has a name and fields. <a href={href('streams', { declare: '' })}>Declare one</a>, and send it
                events.
              </p>
            </Empty>
          ) : (
            <DataTable
              caption="Streams and their figures"
              columns={COLUMNS}
              rows={value.rows}
              rowKey={({ stream }) => stream.name}
              max={MOST}
            />
          ))}
      </Panel>
    </Page>
  );
}

const COLUMNS: Column<Row>[] = [
  {
    key: 'name',
    label: 'Stream',
    cell: ({ stream: { name } }) => (
      <a class="row-name" href={href(`streams/${encodeURIComponent(name)}`)}>
        {name}
      </a>
    ),
  },
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

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 100) * 100;
}

async function load(signal: AbortSignal): Promise<{ rows: Row[]; more: number }> {
  const [streams, { queries }] = await Promise.all([api.streams(signal), api.queries(undefined, signal)]);
  const shown = streams.slice(0, MOST);
  const known = await allStatus(shown, (name) => api.stream(name, signal));
  const rows = known.map((stream) => ({ stream, figures: queryFigures(ofStream(queries, stream.name)) }));
  return { rows, more: streams.length - shown.length };
}

function ofStream(queries: readonly RunningQuery[], name: string): RunningQuery[] {
  return queries.filter(({ stream }) => stream === name);
}
