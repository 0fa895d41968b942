import { useState } from 'preact/hooks';
import { asProblem, type Problem } from '../api';
import { Button, Field, Panel, ProblemNote } from '../components';
import { navigate } from '../shell/route';
import { Curl } from './Curl';
import { curl } from './curl';

interface Props {
  name: string;
  of: 'streams' | 'views';
  /** What goes with it. */
  about: string;
  drop: (name: string) => Promise<unknown>;
}

/** Deletes a stream or a view once its name is typed. */
export function DeleteForm({ name, of, about, drop }: Props) {
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (typed !== name) {
      return;
    }
    setBusy(true);
    try {
      await drop(name);
      navigate(of);
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <Panel title="Delete" about={about}>
      <form class="form delete-form" onSubmit={submit}>
        <Field label={`Type ${name} to delete it`}>
          {(control) => (
            <input
              {...control}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellcheck={false}
            />
          )}
        </Field>
        <Button type="submit" kind="danger" disabled={busy || typed !== name}>
          Delete {name}
        </Button>
      </form>
      {problem && <ProblemNote problem={problem} />}
      <Curl label="From a shell" text={curl('DELETE', `/v1/${of}/${encodeURIComponent(name)}`)} />
    </Panel>
  );
}
