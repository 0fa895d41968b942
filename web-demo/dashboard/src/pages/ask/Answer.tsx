import { Badge, Empty, Panel, ProblemNote, type Tone, useClock } from '../../components';
import { useConnectionState } from '../../connection';
import { duration, number } from '../../format';
import { href } from '../../shell/route';
import { Charts } from './Charts';
import { Rows } from './Rows';
import type { QueryRun, RunStatus } from './run';
import { useOf } from './useRun';
import { accounting, adviceOf, endWords, finality, statusWord } from './words';

const TONES: Record<RunStatus, Tone> = {
  idle: 'neutral',
  asking: 'neutral',
  running: 'good',
  paused: 'early',
  stopped: 'neutral',
  ended: 'accent',
  failed: 'bad',
};

/** What came of the question: how far it is, its rows, and their numbers over time. */
export function Answer({ run }: { run: QueryRun }) {
  useOf(run, () => run.version);
  const { status, problem } = run;
  const now = useClock(status === 'asking' || status === 'running' || status === 'paused');
  const away = useConnectionState().status === 'disconnected';
  const rows = run.rows.values();
  const waits = away && (status === 'running' || status === 'asking');
  return (
    <Panel
      title="Answer"
      about={<Counts run={run} shown={rows.length} />}
      class="ask-answer"
      actions={
        <span role="status" data-run={status}>
          <Badge tone={waits ? 'early' : TONES[status]} dot>
            {waits ? 'Disconnected' : statusWord(run)}
          </Badge>
        </span>
      }
    >
      {problem && (
        <div class="ask-problem">
          <ProblemNote problem={problem} waits={status === 'asking'} />
          {adviceOf(problem.code) && <p class="muted">{adviceOf(problem.code)}</p>}
        </div>
      )}
      <Standing run={run} now={now} waits={waits} />
      {run.rows.kind === 'windows' && status !== 'failed' && <Charts run={run} />}
      {rows.length > 0 ? <Rows run={run} rows={rows} now={now} /> : !problem && <Nothing run={run} />}
    </Panel>
  );
}

function Counts({ run, shown }: { run: QueryRun; shown: number }) {
  const { finals, early } = run.rows;
  if (run.status === 'idle') {
    return <>Rows, as they come</>;
  }
  return (
    <span data-finals={finals}>
      {number(finals)} {finals === 1 ? 'final row' : 'final rows'}
      {early > 0 && `, ${number(early)} early`}
      {finals + early > shown && `; the newest ${number(shown)} are kept`}
    </span>
  );
}

/** How far it is, in words; two lines are kept for it. */
function Standing({ run, now, waits }: { run: QueryRun; now: number; waits: boolean }) {
  const { progress, status, lost, restarted, pausedAt } = run;
  if (status === 'idle' || status === 'failed') {
    return null;
  }
  return (
    <div class="ask-standing">
      <p>
        {status === 'ended'
          ? endWords(run.reason)
          : progress
            ? finality(progress, now)
            : 'Asked. The first rows come when there are some.'}
        {status === 'running' && lag(progress?.['lag-seconds'])}
      </p>
      <p class="muted" data-accounting>
        {progress && accounting(progress)}
      </p>
      {pausedAt !== undefined && (
        <p class="ask-notice">
          Paused for {duration(Math.max(0, Math.round((now - pausedAt) / 1_000)) * 1_000)}. Resume gets what was missed
          meanwhile, and nothing twice.
        </p>
      )}
      {waits && (
        <p class="ask-notice">Sluice does not answer. The question goes on where it was, as soon as it does.</p>
      )}
      {lost && (
        <p class="ask-notice">
          {number(lost.rows)} rows were lost: {lost.detail} Ask for less, or run it again from an earlier time.
        </p>
      )}
      {restarted && <p class="ask-notice">It began anew, with no row of before: {restarted.detail}</p>}
    </div>
  );
}

function lag(seconds: number | null | undefined): string {
  return seconds && seconds >= 1 ? `; ${duration(Math.round(seconds) * 1_000)} of events still to read` : '';
}

function Nothing({ run: { status, early, speed, question } }: { run: QueryRun }) {
  return (
    <Empty>
      {status === 'idle' ? (
        <>
          <h3>Ask something</h3>
          <p>Run the question above, or take an example. Its rows come here as they become final.</p>
        </>
      ) : status === 'ended' ? (
        <>
          <h3>No row</h3>
          <p>Nothing in that time passes. Begin earlier, or filter less.</p>
        </>
      ) : status === 'stopped' ? (
        <>
          <h3>Stopped before its first row</h3>
          <p>Run it again, perhaps from an earlier time.</p>
        </>
      ) : (
        <>
          <h3>No row yet</h3>
          <p>
            {speed
              ? `The past is played at ${speed}×, also where nothing was sent. A later From, or a greater Speed, is sooner there.`
              : early
                ? 'Rows come with the next event that passes.'
                : 'Final rows of a window come when it is over. “Early and final” shows them as they fill; an earlier From shows what was.'}
          </p>
          {speed && question?.from !== 'earliest' && (
            <p>
              <a href={href('ask', { ...question, from: 'earliest' })}>Play it from the first event</a>
            </p>
          )}
        </>
      )}
    </Empty>
  );
}
