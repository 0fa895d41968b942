import { useMemo, useState } from 'preact/hooks';
import { api, type StreamWithStatus } from '../../api';
import { LineChart, SeriesStore } from '../../charts';
import { Badge, type Column, DataTable, Empty, Page, Panel, ProblemNote, Stat } from '../../components';
import { type Progress, usePolled, useQuery, WAITING } from '../../connection';
import { Above, DeleteForm, Gone, QueriesOf, Setting } from '../../definition';
import { bytes, duration, instant, isoDuration, number, rate, rateTick, time } from '../../format';
import { href } from '../../shell/route';
import { identifier, queryFigures, rateQuery, watermarkAge } from './figures';
import { SendForm } from './SendForm';

const EVERY_MS = 2_000;

/** One stream: how it is doing, who reads it, what it is, and what can be done with it. */
export function StreamPage({ name }: { name: string }) {
  const { value, problem, refresh } = usePolled(
    name,
    async (signal) => {
      const [stream, { queries }] = await Promise.all([api.stream(name, signal), api.queries(name, signal)]);
      return { stream, queries };
    },
    EVERY_MS,
  );
  const [progress, setProgress] = useState<Progress>({ watermark: null });
  if (problem?.status === 404) {
    return <Gone name={name} of="streams" />;
  }
  const stream = value?.stream;
  const figures = value && queryFigures(value.queries);
  return (
    <Page title={name} about={stream && kindOf(stream)} controls={<Above of="streams" />}>
      {problem && <ProblemNote problem={problem} waits />}
      <dl class="stats">
        <Stat label="Rate" value={rate(stream?.status.rate)} note="appended of late" />
        <Stat label="Records" value={number(stream?.status.records)} note={bytes(stream?.status.bytes)} />
        <Stat label="Watermark" value={time(stream?.status.watermark)} note={behind(stream)} />
        <Stat
          label="Late"
          value={number(progress.late ?? figures?.late)}
          note={`${number(progress.duplicate)} duplicates`}
        />
        <Stat
          label="Rejected"
          value={number(stream?.status.rejected)}
          note={<a href={href(`streams/${encodeURIComponent(name)}/dead-letters`)}>dead letters kept</a>}
        />
        <Stat label="Lag" value={number(figures?.lagEvents)} note="events, of its slowest query" />
        <Stat
          label="Readers"
          value={number(figures?.subscribers)}
          note={`through ${number(figures?.queries)} ${figures?.queries === 1 ? 'query' : 'queries'}`}
        />
      </dl>
      <RatePanel stream={stream} onProgress={setProgress} />
      <SchemaPanel stream={stream} />
      <QueriesOf queries={value?.queries} onEnded={refresh} />
      {stream && stream.topic === undefined && !isOwn(stream) && <SendForm stream={stream} onSent={refresh} />}
      {stream && !isOwn(stream) && (
        <DeleteForm
          name={name}
          of="streams"
          about={
            stream.topic !== undefined
              ? 'It goes, and its queries end. The topic stays.'
              : 'Its events and dead letters go with it, and its queries end. There is no way back.'
          }
          drop={api.deleteStream}
        />
      )}
    </Page>
  );
}

/** About as high as the definition beside it. */
const CHART_HEIGHT = 300;
const RATE = [{ name: 'events', label: 'Events' }];

function RatePanel({
  stream,
  onProgress,
}: {
  stream: StreamWithStatus | undefined;
  onProgress: (progress: Progress) => void;
}) {
  const store = useMemo(() => new SeriesStore(320, 1, 2_500), []);
  const query = stream ? rateQuery(stream) : null;
  const state = useQuery(query, {
    onRows: (rows) => {
      for (const row of rows) {
        store.set('events', Date.parse(String(row.window_end)), Number(row.events));
      }
    },
    onWatermark: onProgress,
    onRestart: () => store.clear(),
  });
  if (stream?.historical) {
    return (
      <Panel title="Rate" class="span-7">
        <Empty>
          <h3>Its events are of another time</h3>
          <p>
            This stream is historical:{' '}
            <a href={href('ask', { sql: `SELECT * FROM ${identifier(stream.name)}`, from: 'earliest' })}>ask it</a> for
            any time that it has.
          </p>
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel
      title="Rate"
      about="Events per second, by event time"
      query={query ?? undefined}
      state={state}
      height={CHART_HEIGHT + 34}
      class="span-7"
    >
      <LineChart
        label={`Events of ${stream?.name} per second, over the last five minutes`}
        store={store}
        series={RATE}
        format={rate}
        tick={rateTick}
        span={300}
        height={CHART_HEIGHT}
        area
      />
    </Panel>
  );
}

type FieldRow = StreamWithStatus['fields'][number] & { role: string };

const FIELDS: Column<FieldRow>[] = [
  {
    key: 'name',
    label: 'Field',
    cell: ({ name, aliases }) => (
      <>
        <code>{name}</code>
        {aliases && <small> was {aliases.join(', ')}</small>}
      </>
    ),
  },
  {
    key: 'type',
    label: 'Type',
    cell: ({ type, nullable, default: absent }) =>
      nullable ? `${type} or null` : absent === undefined ? type : `${type}, else ${JSON.stringify(absent)}`,
  },
  { key: 'role', label: 'Is its', cell: ({ role }) => role && <Badge tone="accent">{role}</Badge> },
];

function SchemaPanel({ stream }: { stream: StreamWithStatus | undefined }) {
  return (
    <Panel title="Definition" class="span-5" state={stream ? undefined : WAITING} height={CHART_HEIGHT + 34}>
      {stream && (
        <>
          <DataTable
            caption={`Fields of ${stream.name}`}
            columns={FIELDS}
            rows={stream.fields.map((field) => ({ ...field, role: roleOf(stream, field.name) }))}
            rowKey={({ name }) => name}
            height={340}
          />
          <dl class="settings">
            <Setting label="Lateness" value={isoDuration(stream.lateness)} />
            <Setting label="Duplicates within" value={stream.id ? isoDuration(stream.dedupe) : 'are not looked for'} />
            <Setting label="Kept for" value={isoDuration(stream.retention)} />
            <Setting label="Partitions" value={number(stream.partitions)} />
            <Setting label="Unknown fields" value={stream.unknown === 'reject' ? 'are rejected' : 'are passed over'} />
            <Setting label="Since" value={instant(stream.status.created)} />
            <Setting label="Schema" value={versionOf(stream)} />
          </dl>
        </>
      )}
    </Panel>
  );
}

function versionOf({ status }: StreamWithStatus): string {
  const now = status.schemas.find(({ id }) => id === status['schema-id']);
  return now ? `version ${now.version}, since ${instant(now.since)}` : '';
}

function roleOf({ key, time: timeField, id }: StreamWithStatus, field: string): string {
  return [field === key && 'key', field === timeField && 'event time', field === id && 'id'].filter(Boolean).join(', ');
}

function kindOf(stream: StreamWithStatus): string {
  if (isOwn(stream)) {
    return 'A stream that Sluice itself writes.';
  }
  if (stream.topic !== undefined) {
    return `A view of the topic ${stream.topic}, which is only read.`;
  }
  return stream.historical ? 'A historical stream.' : 'A stream.';
}

/** Only Sluice writes it, and nobody deletes it. */
function isOwn({ name }: StreamWithStatus): boolean {
  return name.startsWith('sluice.');
}

function behind(stream: StreamWithStatus | undefined): string {
  const age = stream ? watermarkAge(stream, Date.now()) : null;
  return age === null ? 'event time' : `${duration(Math.round(age / 100) * 100)} behind now`;
}
