import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Problem } from '../api';
import type { QuerySpec, QueryState } from '../connection';
import { href } from '../shell/route';
import './panel.css';

interface Props {
  title: string;
  /** What is seen, in half a sentence. */
  about?: ComponentChildren;
  /** Beside the title: badges, buttons. */
  actions?: ComponentChildren;
  /** The question that feeds it: shown, and opened in the console. */
  query?: QuerySpec;
  /** Of that question: decides between the content, waiting, and what went wrong. */
  state?: QueryState;
  /** What to say, and to do, while there is nothing. */
  empty?: ComponentChildren;
  /** Keeps its place from the first paint on: the least height of the content, in pixels. */
  height?: number;
  class?: string;
  children?: ComponentChildren;
}

/** A part of a page: a title, what is in it, and the SQL it comes from. */
export function Panel({ title, about, actions, query, state, empty, height = 0, class: more = '', children }: Props) {
  const id = useId();
  const problem = state?.problem;
  const waits = state?.status === 'waiting';
  return (
    <section class={`panel ${more}`} aria-labelledby={id} aria-busy={waits}>
      <header class="panel-head">
        <div>
          <h2 id={id}>{title}</h2>
          {about && <p class="panel-about">{about}</p>}
        </div>
        {actions && <div class="panel-actions">{actions}</div>}
      </header>
      <div class="panel-body" style={{ minHeight: height ? `${height}px` : undefined }}>
        {problem ? (
          <ProblemNote problem={problem} waits={waits} />
        ) : waits ? (
          <Waiting />
        ) : empty ? (
          <Empty>{empty}</Empty>
        ) : (
          children
        )}
      </div>
      {query && <Source query={query} />}
    </section>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <div class="panel-empty">{children}</div>;
}

function Waiting() {
  return (
    <div class="panel-waiting">
      <span class="visually-hidden">Loading</span>
    </div>
  );
}

/** What went wrong, and what to do. */
export function ProblemNote({
  problem,
  waits = false,
}: {
  problem: Pick<Problem, 'title' | 'code' | 'detail'> & Partial<Pick<Problem, 'status'>>;
  /** Whether it is asked again by itself: what is forbidden is not. */
  waits?: boolean;
}) {
  const again = waits && problem.status !== 403;
  return (
    <div class={`problem ${again ? 'problem-waits' : ''}`} role={again ? 'status' : 'alert'}>
      <p class="problem-title">
        {problem.title} <code>{problem.code}</code>
      </p>
      <p>{problem.detail}</p>
      {again && <p class="muted">Asked again in a moment.</p>}
    </div>
  );
}

function Source({ query }: { query: QuerySpec }) {
  const { sql, from, to, emit, speed } = query;
  return (
    <footer class="panel-source">
      <details>
        <summary>
          <span class="panel-source-mark" aria-hidden="true">
            SQL
          </span>
          <span class="visually-hidden">Show the SQL: </span>
          <code>{sql}</code>
        </summary>
      </details>
      <a href={href('ask', { sql, from, to, emit, speed })}>
        Open in console<span class="visually-hidden">: {sql}</span>
      </a>
    </footer>
  );
}
