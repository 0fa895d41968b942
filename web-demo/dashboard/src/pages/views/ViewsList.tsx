import { allStatus, api, type ViewWithStatus } from '../../api';
import { Badge, type Column, DataTable, Empty, Page, Panel, ProblemNote } from '../../components';
import { usePolled, WAITING } from '../../connection';
import '../../definition/definition.css';
import { number, time } from '../../format';
import { href } from '../../shell/route';
import { stateOf } from './words';

const EVERY_MS = 3_000;
/** Views whose figures are asked for. */
const MOST = 100;

export function ViewsList() {
  const { value, problem } = usePolled('views', load, EVERY_MS);
  return (
    <Page
      title="Views"
      about="Questions that are kept: their rows are a Kafka topic, and a table in PostgreSQL."
      controls={
        <a class="button button-primary" href={href('views', { define: '' })}>
          Define a view
        </a>
      }
    >
      {problem && <ProblemNote problem={problem} waits />}
      <Panel
        title="All views"
        about={
          value && value.more > 0
            ? `The first ${MOST} of ${number(MOST + value.more)}`
            : 'Each is computed exactly once, by as many processes as there are'
        }
        state={value ? undefined : WAITING}
        height={120}
      >
        {value &&
          (value.rows.length === 0 ? (
            <Empty>
              <h3>No view is defined yet</h3>
              <p>
                <a href={href('ask')}>Ask a question</a> and keep it, or{' '}
                <a href={href('views', { define: '' })}>define a view</a>.
              </p>
            </Empty>
          ) : (
            <DataTable
              caption="Views and their figures"
              columns={COLUMNS}
              rows={value.rows}
              rowKey={({ name }) => name}
              max={MOST}
            />
          ))}
      </Panel>
    </Page>
  );
}

const COLUMNS: Column<ViewWithStatus>[] = [
  {
    key: 'name',
    label: 'View',
    cell: ({ name }) => (
      <a class="row-name" href={href(`views/${encodeURIComponent(name)}`)}>
        {name}
      </a>
    ),
  },
  { key: 'state', label: 'State', cell: ({ status }) => <StateBadge status={status} /> },
  { key: 'source', label: 'Reads', wide: true, cell: ({ status }) => status.source },
  { key: 'lag', label: 'Lag, records', align: 'end', cell: ({ status }) => number(status.lag) },
  { key: 'watermark', label: 'Watermark', align: 'end', cell: ({ status }) => time(status.watermark) },
  { key: 'records', label: 'Records', align: 'end', wide: true, cell: ({ status }) => number(status.records) },
  { key: 'late', label: 'Late', align: 'end', wide: true, cell: ({ status }) => number(status.accounting?.late) },
  { key: 'instances', label: 'Processes', align: 'end', wide: true, cell: ({ status }) => number(status.instances) },
];

export function StateBadge({ status }: Pick<ViewWithStatus, 'status'>) {
  const { tone, text } = stateOf(status);
  return <Badge tone={tone}>{text}</Badge>;
}

async function load(signal: AbortSignal): Promise<{ rows: ViewWithStatus[]; more: number }> {
  const views = await api.views(signal);
  const shown = views.slice(0, MOST);
  return { rows: await allStatus(shown, (name) => api.view(name, signal)), more: views.length - shown.length };
}
