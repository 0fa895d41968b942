import type { DeadLetter } from '../../../api';
import { Button, type Column, DataTable } from '../../../components';
import { instant } from '../../../format';

/** Letters in rows: each can be marked, and looked at. */
export function LetterTable({
  letters,
  marked,
  onMark,
  shown,
  onShow,
}: {
  letters: readonly DeadLetter[];
  marked: ReadonlySet<string>;
  onMark: (marked: ReadonlySet<string>) => void;
  shown: string | undefined;
  onShow: (id: string | undefined) => void;
}) {
  const all = letters.every(({ id }) => marked.has(id));
  const columns: Column<DeadLetter>[] = [
    {
      key: 'mark',
      label: (
        <input
          type="checkbox"
          aria-label="Mark all on this page"
          checked={all}
          onChange={() => onMark(all ? new Set() : new Set(letters.map(({ id }) => id)))}
        />
      ),
      cell: ({ id }) => (
        <input
          type="checkbox"
          aria-label={`Mark ${id}`}
          checked={marked.has(id)}
          onChange={() => onMark(toggled(marked, id))}
        />
      ),
    },
    { key: 'time', label: 'Rejected', cell: ({ time }) => instant(time) },
    { key: 'code', label: 'Code', cell: ({ code }) => <code>{code}</code> },
    { key: 'device', label: 'Device', wide: true, cell: ({ key, device, door }) => key ?? device ?? door },
    { key: 'why', label: 'Why', wide: true, cell: ({ detail }) => <span class="letter-why">{detail}</span> },
    {
      key: 'show',
      label: <span class="visually-hidden">What can be done</span>,
      align: 'end',
      cell: ({ id }) => (
        <Button
          kind="quiet"
          aria-label={`${id === shown ? 'Hide' : 'Show'} ${id}`}
          onClick={() => onShow(id === shown ? undefined : id)}
        >
          {id === shown ? 'Hide' : 'Show'}
        </Button>
      ),
    },
  ];
  return <DataTable caption="Dead letters" columns={columns} rows={letters} rowKey={({ id }) => id} height={480} />;
}

function toggled(marked: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(marked);
  if (!next.delete(id)) {
    next.add(id);
  }
  return next;
}
