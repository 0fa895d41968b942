import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { api, asProblem, type Problem, type Stream } from '../../api';
import { CopyButton, Panel } from '../../components';
import { href, navigate, useRoute } from '../../shell/route';
import { Editor } from './Editor';
import { examples } from './examples';
import { history, remember } from './history';
import { Note } from './Note';
import { keyOf, NOTHING_ASKED, parametersOf, type Question, questionOf, specOf } from './question';
import { RunBar } from './RunBar';
import type { QueryRun } from './run';
import { Side } from './Side';
import { TimeControls } from './TimeControls';
import { useCheck } from './useCheck';
import { useOf } from './useRun';

/** The question. What is asked is what the address says: to run a question is to go to its address. */
export function Asking({ run }: { run: QueryRun }) {
  const asked = questionOf(useRoute().params);
  const key = asked ? keyOf(asked) : '';
  const [draft, setDraft] = useState<Question>(() => asked ?? history()[0]?.question ?? NOTHING_ASKED);
  const [recent, setRecent] = useState(() => history());
  const { streams, problem } = useStreams();
  const failed = useOf(run, () => run.problem);
  const check = useCheck(draft);
  const offered = useMemo(() => examples(streams), [streams]);

  const start = (question: Question) => {
    setDraft(question);
    setRecent(remember(question, Date.now()));
    void run.start(specOf(question));
  };
  useEffect(() => {
    if (asked) {
      start(asked);
    } else {
      run.stop();
    }
  }, [key]);
  useEffect(() => {
    const first = offered[0]?.examples[0];
    if (first) {
      setDraft((old) => (old.sql.trim() ? old : first.question));
    }
  }, [offered]);

  // The same while the address is: what only offers questions is not rendered for each key.
  const ask = useCallback(
    (question: Question) => {
      if (!question.sql.trim()) {
        return;
      }
      if (keyOf(question) === key) {
        start(question);
      } else {
        navigate('ask', parametersOf(question));
      }
    },
    [key],
  );
  const wrong = wrongWith(
    draft,
    check?.sql === draft.sql ? check.problem : undefined,
    key === keyOf(draft) ? failed : undefined,
  );
  const link = () => `${location.origin}${location.pathname}${href('ask', parametersOf(draft))}`;

  return (
    <>
      <Panel
        title="Question"
        class="ask-question"
        actions={
          <>
            <a class="button button-quiet" href={href('views', { define: '', sql: draft.sql })}>
              Keep as a view
            </a>
            <CopyButton text={link} label="Copy link" />
          </>
        }
      >
        <Editor
          text={draft.sql}
          streams={streams}
          problem={wrong}
          onChange={(sql) => setDraft((old) => ({ ...old, sql }))}
          onRun={() => ask(draft)}
        />
        <Note problem={wrong} check={check} draft={draft} onMend={(sql) => setDraft((old) => ({ ...old, sql }))} />
        <TimeControls question={draft} problem={wrong} onChange={setDraft} />
        <RunBar run={run} empty={!draft.sql.trim()} onRun={() => ask(draft)} />
      </Panel>
      <Side
        offered={offered}
        problem={problem}
        recent={recent}
        onForget={setRecent}
        draft={draft}
        check={check}
        onChoose={ask}
      />
    </>
  );
}

/** What is wrong with a draft, as far as it is known: the check's word, else that of the run of the same. */
function wrongWith(draft: Question, checked: Problem | undefined, failed: Problem | undefined): Problem | null {
  return draft.sql.trim() ? (checked ?? failed ?? null) : null;
}

function useStreams(): { streams: Stream[]; problem?: Problem } {
  const [state, setState] = useState<{ streams: Stream[]; problem?: Problem }>({ streams: [] });
  useEffect(() => {
    const call = new AbortController();
    api.streams(call.signal).then(
      (streams) => setState({ streams }),
      (thrown) => call.signal.aborted || setState({ streams: [], problem: asProblem(thrown) }),
    );
    return () => call.abort();
  }, []);
  return state;
}
