import { useMemo } from 'preact/hooks';
import { api, type Field, type ViewPartition, type ViewWithStatus } from '../../api';
import { Badge, type Column, DataTable, Empty, Page, Panel, ProblemNote, Stat } from '../../components';
import { type QuerySpec, type Row, useFrameState, usePolled, useQuery, WAITING } from '../../connection';
import { Above, DeleteForm, Gone, QueriesOf, Setting } from '../../definition';
import { bytes, instant, isoDuration, number, time } from '../../format';
import { href } from '../../shell/route';
import { BuildPanel } from './BuildPanel';
import { StateBadge } from './ViewsList';
import { KINDS, told } from './words';

const EVERY_MS = 2_000;

/** One view: how it is doing, its newest rows, what it is, and what can be done with it. */
export function ViewPage({ name }: { name: string }) {
  const { value, problem, refresh } = usePolled(
    name,
    async (signal) => {
      const [view, { queries }] = await Promise.all([api.view(name, signal), api.queries(name, signal)]);
      return { view, queries };
    },
    EVERY_MS,
  );
  if (problem?.status === 404) {
    return <Gone name={name} of="views" />;
  }
  const view = value?.view;
  const status = view?.status;
  return (
    <Page title={name} about={status && `${KINDS[status.kind]}, of ${status.source}.`} controls={<Above of="views" />}>
      {problem && <ProblemNote problem={problem} waits />}
      {status?.failure && <ProblemNote problem={{ title: 'It does not go on', ...status.failure }} />}
      {status?.webhook?.failing && (
        <ProblemNote
          problem={{ title: 'Its webhook takes nothing', code: 'WEBHOOK_UNDELIVERED', detail: status.webhook.failing }}
        />
      )}
      <dl class="stats">
        <Stat
          label="State"
          value={status ? <StateBadge status={status} /> : number(null)}
          note={`${number(status?.instances)} ${status?.instances === 1 ? 'process' : 'processes'}`}
        />
        <Stat label="Lag" value={number(status?.lag)} note="records of its source" />
        <Stat
          label="Watermark"
          value={time(status?.closed ?? status?.watermark)}
          note={status?.closed ? 'closed up to it' : 'read up to it'}
        />
        <Stat label="Records" value={number(status?.records)} note={bytes(status?.bytes)} />
        <Stat
          label="Late"
          value={number(status?.accounting?.late)}
          note={`of ${number(status?.accounting?.read)} read`}
        />
        <Stat
          label="Dead letters"
          value={number(status?.['dead-letters'])}
          note={<a href={href(`streams/${encodeURIComponent(name)}/dead-letters`)}>that are kept</a>}
        />
        {status?.webhook && (
          <Stat
            label="Webhook"
            value={<Badge tone={status.webhook.failing === null ? 'good' : 'bad'}>{told(status.webhook)}</Badge>}
            note={`${number(status.webhook.lag)} records behind`}
          />
        )}
      </dl>
      <RowsPanel view={view} />
      <DefinitionPanel view={view} />
      <PartitionsPanel view={view} />
      <BuildPanel view={view} onChange={refresh} />
      <QueriesOf queries={value?.queries} onEnded={refresh} />
      <DeleteForm
        name={name}
        of="views"
        about="Its rows go with it, in Kafka and in PostgreSQL, and its queries end. There is no way back but to compute it anew."
        drop={api.deleteView}
      />
    </Page>
  );
}

const MOST_ROWS = 50;
const ROWS_HEIGHT = 320;

/** The newest on top; as they come. */
function RowsPanel({ view }: { view: ViewWithStatus | undefined }) {
  const query = useMemo<QuerySpec | null>(
    () => (view ? { sql: `SELECT * FROM ${view.name}`, from: '-5m' } : null),
    [view?.name],
  );
  const [rows, change] = useFrameState<Row[]>([]);
  const take = (taken: Row[]) => change((old) => [...taken.toReversed(), ...old].slice(0, MOST_ROWS));
  const state = useQuery(query, { onRows: take, onUpdates: take, onRestart: () => change(() => []) });
  return (
    <Panel
      title="Newest rows"
      about={`The last ${MOST_ROWS} of five minutes, and what comes`}
      query={query ?? undefined}
      state={state}
      height={ROWS_HEIGHT}
    >
      {view &&
        (rows.length === 0 ? (
          <Empty>
            <h3>No row of the last minutes</h3>
            <p>
              {view.status.kind === 'WINDOWED' && 'A window’s rows come when it is over. '}
              <a href={href('ask', { sql: `SELECT * FROM ${view.name}`, from: 'earliest', to: 'now' })}>
                See all that it has
              </a>
              .
            </p>
          </Empty>
        ) : (
          <DataTable
            caption={`Newest rows of ${view.name}`}
            columns={view.status.fields.map(columnOf)}
            rows={rows}
            rowKey={(_, index) => String(index)}
            height={ROWS_HEIGHT}
          />
        ))}
    </Panel>
  );
}

function columnOf({ name, type }: Field): Column<Row> {
  const isNumber = type === 'LONG' || type === 'DOUBLE';
  return {
    key: name,
    label: name,
    align: isNumber ? 'end' : 'start',
    cell: (row) => {
      const value = row[name];
      if (value === null || value === undefined) {
        return <span class="muted">null</span>;
      }
      return isNumber ? number(Number(value)) : type === 'TIMESTAMP' ? time(String(value)) : String(value);
    },
  };
}

const FIELDS: Column<Field>[] = [
  { key: 'name', label: 'Column', cell: ({ name }) => <code>{name}</code> },
  { key: 'type', label: 'Type', cell: ({ type, nullable }) => (nullable ? `${type} or null` : type) },
];

function DefinitionPanel({ view }: { view: ViewWithStatus | undefined }) {
  return (
    <Panel
      title="Definition"
      class="span-7"
      query={view && { sql: view.sql }}
      state={view ? undefined : WAITING}
      height={260}
    >
      {view && (
        <>
          <DataTable
            caption={`Columns of ${view.name}`}
            columns={FIELDS}
            rows={view.status.fields}
            rowKey={({ name }) => name}
            height={260}
          />
          <dl class="settings">
            <Setting label="Topic" value={<code>{view.status.topic}</code>} />
            <Setting label="Table" value={view.table ? <code>views.{view.name}</code> : 'none'} />
            <Setting label="Webhook" value={view.webhook ? <code>{view.webhook.url}</code> : 'none'} />
            <Setting
              label="Feeds"
              value={view.into ? <a href={href(`streams/${view.into}`)}>{view.into}</a> : 'no stream'}
            />
            <Setting label="Kept for" value={isoDuration(view.retention)} />
            <Setting label="Late events" value={view.late === 'count' ? 'are counted' : 'are dead letters'} />
            <Setting label="Since" value={instant(view.status.created)} />
          </dl>
        </>
      )}
    </Panel>
  );
}

const PARTITIONS: Column<ViewPartition>[] = [
  { key: 'partition', label: 'Partition', align: 'end', cell: ({ partition }) => number(partition) },
  { key: 'offset', label: 'Read to', align: 'end', cell: ({ offset }) => number(offset) },
  { key: 'lag', label: 'Lag', align: 'end', cell: ({ lag }) => number(lag) },
  { key: 'watermark', label: 'Watermark', align: 'end', cell: ({ watermark }) => time(watermark) },
];

function PartitionsPanel({ view }: { view: ViewWithStatus | undefined }) {
  return (
    <Panel title="What it reads" class="span-5" state={view ? undefined : WAITING} height={260}>
      {view && (
        <DataTable
          caption={`Partitions of ${view.status.source}`}
          columns={PARTITIONS}
          rows={view.status.partitions ?? []}
          rowKey={({ partition }) => String(partition)}
          height={340}
        />
      )}
    </Panel>
  );
}
