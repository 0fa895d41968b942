import { Empty, ProblemNote } from '../../components';
import { isoDuration } from '../../format';
import type { Check } from './useCheck';

/** What each of EXPLAIN's steps is about. */
const WORDS: Record<string, string> = {
  id: 'Its id',
  scan: 'Reads the stream',
  filter: 'Keeps events where',
  expand: 'Makes rows of',
  window: 'Groups by time',
  group: 'Groups by',
  aggregate: 'Computes',
  having: 'Keeps groups where',
  fill: 'Fills silent groups',
  select: 'Answers',
  order: 'Orders by',
  limit: 'Ends after',
  state: 'Holds',
  shares: 'Shares',
  resume: 'After a break',
};

/** EXPLAIN, as steps to read. */
export function Plan({ check }: { check: Check | null }) {
  if (check?.problem) {
    return <ProblemNote problem={check.problem} />;
  }
  if (!check?.steps) {
    return (
      <Empty>
        <h3>No plan yet</h3>
        <p>Write a question: what it would do is told here, before it runs.</p>
      </Empty>
    );
  }
  return (
    <ol class="ask-plan">
      {check.steps.map(({ step, detail }) => (
        <li key={step}>
          <span class="ask-step">{titleOf(step)}</span>
          <code>{detail.replace(/\bP(?:\d+D)?(?:T[\dHMS.]+)?\b/g, (iso) => isoDuration(iso))}</code>
        </li>
      ))}
    </ol>
  );
}

function titleOf(step: string): string {
  const inner = step.startsWith('inner-');
  const title = WORDS[inner ? step.slice(6) : step] ?? step;
  return inner ? `First: ${title.charAt(0).toLowerCase()}${title.slice(1)}` : title;
}
