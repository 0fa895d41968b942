import { useState } from 'preact/hooks';
import { api, asProblem, type Problem } from '../../api';
import { Button, Field, Panel, ProblemNote } from '../../components';
import { navigate } from '../../shell/route';
import { curl } from './curl';
import { Curl } from './parts';

/** Deletes a stream once its name is typed. */
export function DeleteForm({ name, isView }: { name: string; isView: boolean }) {
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const drop = async (event: Event) => {
    event.preventDefault();
    if (typed !== name) {
      return;
    }
    setBusy(true);
    try {
      await api.deleteStream(name);
      navigate('streams');
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <Panel
      title="Delete"
      about={
        isView
          ? 'The view goes, and its queries end. The topic stays.'
          : 'Its events and dead letters go with it, and its queries end. There is no way back.'
      }
    >
      <form class="form delete-form" onSubmit={drop}>
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
      <Curl label="From a shell" text={curl('DELETE', `/v1/streams/${encodeURIComponent(name)}`)} />
    </Panel>
  );
}
