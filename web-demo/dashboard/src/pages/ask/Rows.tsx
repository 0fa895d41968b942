import { Badge, type Column, DataTable } from '../../components';
import { digitsOf, timeText, valueText } from './cells';
import type { Kept } from './rows';
import type { QueryRun } from './run';
import { valueColumns } from './shape';

const SHOWN = 100;

interface Props {
  run: QueryRun;
  rows: Kept[];
  now: number;
}

export function Rows({ run, rows, now }: Props) {
  const first = rows[0]?.row ?? {};
  const windowed = run.rows.isWindowed(first);
  const keys = run.rows.keys(first);
  const columns: Column<Kept>[] = [];
  if (run.early || run.rows.kind === 'totals') {
    columns.push({
      key: 'state',
      label: 'Row',
      cell: (kept) => <Badge tone={kept.early ? 'early' : 'neutral'}>{kept.early ? 'early' : 'final'}</Badge>,
    });
  }
  if (windowed) {
    columns.push({
      key: 'window',
      label: 'Window',
      cell: ({ row }) => (
        <>
          <time dateTime={String(row.window_start)}>{timeText(String(row.window_start), now)}</time> –{' '}
          <time dateTime={String(row.window_end)}>{timeText(String(row.window_end), now)}</time>
        </>
      ),
    });
  }
  const named = (name: string, text: (kept: Kept) => string, align: 'start' | 'end') =>
    columns.push({ key: name, label: name, align, cell: text });
  for (const name of keys) {
    // A number that names a group is a name.
    named(
      name,
      ({ row }) => (typeof row[name] === 'number' ? String(row[name]) : valueText(row[name], 0, now)),
      'start',
    );
  }
  for (const name of windowed || run.rows.kind === 'totals' ? valueColumns(keys, first) : Object.keys(first)) {
    const values = rows.slice(0, SHOWN).map(({ row }) => row[name]);
    const digits = digitsOf(values);
    const align = values.some((value) => typeof value === 'number') ? 'end' : 'start';
    named(name, ({ row }) => valueText(row[name], digits, now), align);
  }
  return (
    <DataTable
      caption="Rows, newest first"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      rowClass={(kept) => (kept.early ? 'early' : '')}
      max={SHOWN}
      height={520}
    />
  );
}
