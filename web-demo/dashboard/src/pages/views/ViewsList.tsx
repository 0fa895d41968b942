import { api, type ViewWithStatus } from '../../api';
import { Badge, type Column } from '../../components';
import { AllOf, type Listed, listed, nameColumn } from '../../definition';
import { number, time } from '../../format';
import { href } from '../../shell/route';
import { stateOf } from './words';

export function ViewsList() {
  return (
    <AllOf
      of="views"
      about="Questions that are kept: their rows are a Kafka topic, and a table in PostgreSQL."
      add={{ label: 'Define a view', param: 'define' }}
      load={load}
      columns={COLUMNS}
      nameOf={nameOf}
      note="Each is computed exactly once, by as many processes as there are"
      none={
        <>
          <h3>No view is defined yet</h3>
          <p>
            <a href={href('ask')}>Ask a question</a> and keep it, or{' '}
            <a href={href('views', { define: '' })}>define a view</a>.
          </p>
        </>
      }
    />
  );
}

const COLUMNS: Column<ViewWithStatus>[] = [
  nameColumn('views', 'View', nameOf),
  { key: 'state', label: 'State', cell: ({ status }) => <StateBadge status={status} /> },
  { key: 'source', label: 'Reads', wide: true, cell: ({ status }) => status.source },
  { key: 'lag', label: 'Lag, records', align: 'end', cell: ({ status }) => number(status.lag) },
  { key: 'watermark', label: 'Watermark', align: 'end', cell: ({ status }) => time(status.watermark) },
  { key: 'records', label: 'Records', align: 'end', wide: true, cell: ({ status }) => number(status.records) },
  { key: 'late', label: 'Late', align: 'end', wide: true, cell: ({ status }) => number(status.accounting?.late) },
  { key: 'instances', label: 'Processes', align: 'end', wide: true, cell: ({ status }) => number(status.instances) },
];

export function StateBadge({ status }: Pick<ViewWithStatus, 'status'>) {
  const { tone, text } = stateOf(status, Date.now());
  return <Badge tone={tone}>{text}</Badge>;
}

function nameOf({ name }: ViewWithStatus): string {
  return name;
}

async function load(signal: AbortSignal): Promise<Listed<ViewWithStatus>> {
  return listed(await api.views(signal), (name) => api.view(name, signal));
}
