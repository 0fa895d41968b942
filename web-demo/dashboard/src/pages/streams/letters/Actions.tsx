import { useState } from 'preact/hooks';
import { api, asProblem, type Problem } from '../../../api';
import { Button, ProblemNote } from '../../../components';
import { number } from '../../../format';
import { type Asked, selectionOf } from './asked';

/** What is to be confirmed, of letters that stay the same meanwhile: none named means all that the filter has. */
interface Pending {
  what: 'replay' | 'delete';
  asked: Asked;
  ids: readonly string[];
}

/** Sends letters again or deletes them, once that is confirmed: those that are marked, or all that the filter has. */
export function Actions({
  name,
  asked,
  ids,
  onDone,
}: {
  name: string;
  asked: Asked;
  ids: readonly string[];
  onDone: () => void;
}) {
  const [pending, setPending] = useState<Pending | null>(null);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const which = whichOf(pending?.ids ?? ids);

  const run = async ({ what, asked, ids }: Pending) => {
    setBusy(true);
    setSaid('');
    setProblem(null);
    try {
      const selection = selectionOf(asked, ids);
      setSaid(what === 'replay' ? await replay(name, selection) : await remove(name, selection));
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
    setBusy(false);
    setPending(null);
    onDone();
  };

  return (
    <div class="letters-actions">
      <p role="status">{said}</p>
      {problem && <ProblemNote problem={problem} />}
      {pending === null ? (
        <span class="confirm">
          <Button onClick={() => setPending({ what: 'replay', asked, ids })}>Replay {which}</Button>
          <Button kind="danger" onClick={() => setPending({ what: 'delete', asked, ids })}>
            Delete {which}
          </Button>
        </span>
      ) : (
        <span class="confirm">
          <Button
            kind={pending.what === 'delete' ? 'danger' : 'primary'}
            disabled={busy}
            onClick={() => run(pending)}
            autoFocus
          >
            {pending.what === 'delete' ? `Yes, delete ${which}` : `Yes, send ${which} again`}
          </Button>
          <Button kind="quiet" disabled={busy} onClick={() => setPending(null)}>
            Keep
          </Button>
        </span>
      )}
    </div>
  );
}

function whichOf(ids: readonly string[]): string {
  return ids.length > 0 ? `${number(ids.length)} marked` : 'all of these';
}

async function replay(name: string, selection: URLSearchParams): Promise<string> {
  const { replayed, rejected, absent, letters } = await api.replayLetters(name, selection);
  const why = letters[0] ? `: ${letters[0].detail}` : '';
  return [
    `${number(replayed)} stored`,
    rejected > 0 && `${number(rejected)} rejected again${why}`,
    absent > 0 && `${number(absent)} not there any more`,
  ]
    .filter(Boolean)
    .join(', ');
}

async function remove(name: string, selection: URLSearchParams): Promise<string> {
  return `${number((await api.deleteLetters(name, selection)).deleted)} deleted`;
}
