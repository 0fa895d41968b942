import { useState } from 'preact/hooks';
import { api, asProblem, type Problem, type RunningQuery } from '../api';
import { Badge, Button, type Column, DataTable, Empty, Panel, ProblemNote } from '../components';
import { WAITING } from '../connection';
import { number, percent, rate } from '../format';
import { href } from '../shell/route';

/** What runs on a stream or a view, and who reads it; each can be ended, once that is confirmed. */
export function QueriesOf({ queries, onEnded }: { queries: RunningQuery[] | undefined; onEnded: () => void }) {
  const [asked, setAsked] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const end = async (id: string) => {
    setAsked(null);
    try {
      await api.deleteQuery(id);
      setProblem(null);
    } catch (thrown) {
      const failed = asProblem(thrown);
      // It has ended meanwhile: as was wished.
      setProblem(failed.status === 404 ? null : failed);
    }
    onEnded();
  };

  const columns: Column<RunningQuery>[] = [
    {
      key: 'sql',
      label: 'Query',
      cell: ({ sql }) => (
        <a class="sql" href={href('ask', { sql })}>
          <code>{sql}</code>
        </a>
      ),
    },
    {
      key: 'state',
      label: 'State',
      cell: (query) =>
        query.computations.some(({ state }) => state === 'catching-up') ? (
          <Badge tone="early">catching up</Badge>
        ) : (
          <Badge tone="good">live</Badge>
        ),
    },
    { key: 'rows', label: 'Rows', align: 'end', wide: true, cell: (query) => rate(sum(query, 'rows-per-second')) },
    { key: 'groups', label: 'Groups', align: 'end', wide: true, cell: (query) => number(sum(query, 'groups')) },
    { key: 'readers', label: 'Readers', align: 'end', cell: (query) => number(sum(query, 'subscribers')) },
    { key: 'fullest', label: 'Fullest buffer', align: 'end', wide: true, cell: (query) => percent(fullest(query)) },
    {
      key: 'end',
      label: <span class="visually-hidden">What can be done</span>,
      align: 'end',
      cell: (query) =>
        asked === query.id ? (
          <span class="confirm">
            <Button kind="danger" onClick={() => end(query.id)} autoFocus>
              End it for {number(sum(query, 'subscribers'))}
            </Button>
            <Button kind="quiet" onClick={() => setAsked(null)}>
              Keep
            </Button>
          </span>
        ) : (
          <Button kind="quiet" onClick={() => setAsked(query.id)} aria-label={`End ${query.sql}`}>
            End
          </Button>
        ),
    },
  ];

  return (
    <Panel
      title="Queries"
      about="What runs on it now, and who reads it"
      state={queries ? undefined : WAITING}
      height={140}
    >
      {problem && <ProblemNote problem={problem} />}
      {queries &&
        (queries.length === 0 ? (
          <Empty>
            <h3>Nobody asks it anything</h3>
            <p>
              <a href={href('ask')}>Ask it</a> in SQL, and the query stands here.
            </p>
          </Empty>
        ) : (
          <DataTable caption="Queries that run on it" columns={columns} rows={queries} rowKey={({ id }) => id} />
        ))}
    </Panel>
  );
}

function sum({ computations }: RunningQuery, figure: 'rows-per-second' | 'groups' | 'subscribers'): number {
  return computations.reduce((total, computation) => total + computation[figure], 0);
}

/** How full the fullest subscriber's buffer is. */
function fullest({ computations }: RunningQuery): number | null {
  const filled = computations
    .flatMap(({ buffers }) => buffers)
    .map(({ fill, outbound, capacity }) => (fill + outbound) / capacity);
  return filled.length === 0 ? null : Math.max(...filled);
}
