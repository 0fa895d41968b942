import { useMemo, useRef, useState } from 'preact/hooks';
import { type Flow, isTransient } from '../../api';
import { LineChart, SeriesStore } from '../../charts';
import { Badge, Page, Panel, ProblemNote } from '../../components';
import { type ConnectionState, type QuerySpec, useQuery, useWatch, WAITING } from '../../connection';
import { rate, rateTick } from '../../format';
import { FlowPicture } from './FlowPicture';
import './flow.css';
import { HISTORY, History, pipes, rateOf } from './model';
import { Switches } from './Switches';
import { isHeld, type Story, story } from './story';
import { BufferTable, HopTable } from './tables';
import { useDemo } from './useDemo';

export default function FlowPage() {
  const history = useMemo(() => new History(), []);
  const rates = useMemo(() => new SeriesStore(HISTORY, 3, 5_000), []);
  const [flow, setFlow] = useState<Flow | null>(null);
  const held = useRef<number | null>(null);
  const [known, setDemo] = useDemo(flow?.at);
  const demo = known ?? null;

  const state = useWatch<Flow>('/v1/flow', (document) => {
    const at = Date.parse(document.at);
    history.take(document);
    rates.set('in', at, pipes(document)[0]?.rate ?? 0);
    rates.set('stored', at, rateOf(document, 'log', 'records'));
    rates.set('rows', at, rateOf(document, 'doors-out', 'rows'));
    setFlow(document);
  });
  // Somebody who reads, so that rows flow.
  const reading = useQuery(READER, {});
  if (flow && isHeld(flow, demo)) {
    held.current = Date.now();
  }

  const refusal = state.status === 'disconnected' && !isTransient(state.problem) ? state.problem : undefined;
  if (refusal && !flow) {
    return (
      <Page title="Flow" about={ABOUT} controls={<WatchBadge state={state} />}>
        <ProblemNote problem={refusal} />
      </Page>
    );
  }
  const waiting = flow ? undefined : WAITING;
  if (known === undefined) {
    // What stands where is known once it is known whether there are switches: then nothing moves.
    return (
      <Page title="Flow" about={ABOUT} controls={<WatchBadge state={state} />}>
        <Panel title="Looking" state={WAITING} height={640} />
      </Page>
    );
  }
  return (
    <Page title="Flow" about={ABOUT} controls={<WatchBadge state={state} />}>
      {state.status === 'disconnected' && <ProblemNote problem={state.problem} waits={!refusal} />}
      {demo && <Switches state={demo} stored={flow ? rateOf(flow, 'log', 'records') : null} onState={setDemo} />}
      <Panel
        title="The way of the data"
        about="This page asks one question itself, so that somebody reads"
        query={reading.status === 'failed' ? undefined : READER}
        state={waiting}
        height={420}
      >
        {flow && <StoryLine story={story(flow, demo, held.current, Date.now())} />}
        {flow && <FlowPicture flow={flow} />}
      </Panel>
      <Panel title="The last two minutes" about="Events that came in and were stored, and rows that left" height={214}>
        <LineChart
          label="Events in, events stored and rows out per second, over the last two minutes"
          store={rates}
          series={SERIES}
          format={rate}
          tick={rateTick}
          span={HISTORY}
          height={180}
          drawsPerSecond={2}
        />
      </Panel>
      <Panel title="Buffers" about="Bounded, named, and with a policy for when it is full" state={waiting} height={500}>
        {flow && <BufferTable flow={flow} history={history} />}
      </Panel>
      <Panel title="Hops" about="How much goes through, and how long it takes" state={waiting} height={400}>
        {flow && <HopTable flow={flow} history={history} />}
      </Panel>
    </Page>
  );
}

const ABOUT = 'Where the data is now: what flows, what waits, and how full every buffer is.';

/** So that rows flow. */
const READER: QuerySpec = {
  sql: "SELECT route, COUNT(*) AS reports FROM buses GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), route",
};

const SERIES = [
  { name: 'in', label: 'Events in' },
  { name: 'stored', label: 'Events stored' },
  { name: 'rows', label: 'Rows out' },
];

/** What one sees now, and why. It is said aloud when it becomes another, not with each figure of it. */
function StoryLine({ story: { tone, title, text } }: { story: Story }) {
  return (
    <div class={`story story-${tone}`}>
      <p class="story-title">{title}</p>
      <p>{text}</p>
      <p class="visually-hidden" role="status">
        {title.replace(/[\d.,]+/g, '')}
      </p>
    </div>
  );
}

function WatchBadge({ state }: { state: ConnectionState }) {
  const lost = state.status === 'disconnected' && (isTransient(state.problem) ? 'Disconnected' : 'Refused');
  return (
    <span role="status" data-flow={state.status}>
      <Badge tone={state.status === 'live' ? 'good' : lost ? 'bad' : 'neutral'} dot>
        {state.status === 'live' ? 'Once a second' : lost || 'Connecting'}
      </Badge>
    </span>
  );
}
