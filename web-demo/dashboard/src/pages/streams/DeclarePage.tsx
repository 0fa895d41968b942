import { useRef, useState } from 'preact/hooks';
import { api, asProblem, type Problem } from '../../api';
import { Button, Field, Page, Panel, ProblemNote } from '../../components';
import { Above, Curl, curl } from '../../definition';
import { isoDuration } from '../../format';
import { navigate } from '../../shell/route';
import { type Draft, definitionOf, errorsOf, FIRST_DRAFT } from './draft';
import { FieldsBuilder } from './FieldsBuilder';

/** A new stream, by a form that says what it sends. */
export function DeclarePage() {
  const [draft, setDraft] = useState<Draft>(FIRST_DRAFT);
  const [errors, setErrors] = useState<{ at: Record<string, string>; rest?: Problem }>({ at: {} });
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const path = `/v1/streams/${encodeURIComponent(draft.name || 'name')}`;

  const declare = async (event: Event) => {
    event.preventDefault();
    if (draft.name === '') {
      setErrors({ at: { name: 'A stream needs a name: lower-case letters, digits and _.' } });
      focusFirstError();
      return;
    }
    setBusy(true);
    try {
      await api.declare(draft.name, definitionOf(draft));
      navigate(`streams/${encodeURIComponent(draft.name)}`);
    } catch (thrown) {
      setErrors(errorsOf(asProblem(thrown), draft));
      setBusy(false);
      focusFirstError();
    }
  };
  const focusFirstError = () =>
    setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());

  const text = (name: 'name' | 'lateness' | 'retention' | 'partitions' | 'dedupe', label: string, hint?: string) => (
    <Field label={label} hint={hint} error={errors.at[name]}>
      {(control) => (
        <input
          {...control}
          value={draft[name]}
          onInput={(event) => set({ [name]: event.currentTarget.value })}
          autoComplete="off"
          spellcheck={false}
        />
      )}
    </Field>
  );
  const role = (name: 'key' | 'time' | 'id', label: string, none: string, only?: string) => (
    <Field label={label} error={errors.at[name]}>
      {(control) => (
        <select {...control} value={draft[name]} onChange={(event) => set({ [name]: event.currentTarget.value })}>
          <option value="">{none}</option>
          {draft.fields
            .filter((field) => field.name !== '' && (!only || field.type === only))
            .map((field) => (
              <option key={field.row} value={field.name}>
                {field.name}
              </option>
            ))}
        </select>
      )}
    </Field>
  );

  return (
    <Page
      title="Declare a stream"
      about="Events are checked by its fields when they come in."
      controls={<Above of="streams" />}
    >
      <form class="declare span-7" ref={form} onSubmit={declare} noValidate>
        {errors.rest && <ProblemNote problem={errors.rest} />}
        <Panel title="Name and fields">
          <div class="form">
            {text('name', 'Name', 'Lower-case letters, digits and _; this is its table in SQL')}
            <FieldsBuilder draft={draft} errors={errors.at} onChange={setDraft} />
          </div>
        </Panel>
        <Panel title="What the fields mean">
          <div class="form form-columns">
            {role('key', 'Key', 'none: events spread over all partitions')}
            {role('time', 'Event time', 'none: the time of ingest', 'TIMESTAMP')}
            {role('id', 'Id', 'none')}
          </div>
        </Panel>
        <Panel title="How it is kept">
          <div class="form form-columns">
            {text('lateness', 'Lateness', `How long events may be out of order: ${isoDuration(draft.lateness)}`)}
            {text('retention', 'Retention', `How long events are kept: ${isoDuration(draft.retention)}`)}
            {text('partitions', 'Partitions', 'From 1 to 48; never changes')}
            {text('dedupe', 'Duplicates', 'How long a repeated id is recognised; PT1M if left empty')}
          </div>
          <div class="form form-checks">
            <label>
              <input
                type="checkbox"
                checked={draft.unknown === 'ignore'}
                onChange={(event) => set({ unknown: event.currentTarget.checked ? 'ignore' : 'reject' })}
              />
              Pass over fields that are not declared, and take the rest of the event
            </label>
            <label>
              <input
                type="checkbox"
                checked={draft.historical}
                onChange={(event) => set({ historical: event.currentTarget.checked })}
              />
              Historical: a replay or back-fill, whose time is not now
            </label>
          </div>
        </Panel>
        <div class="form-end">
          <Button type="submit" kind="primary" disabled={busy}>
            Declare
          </Button>
        </div>
      </form>
      <div class="beside span-5">
        <Panel title="What it sends" about="The same from a shell">
          <Curl label="PUT, again and again the same" text={curl('PUT', path, pretty(definitionOf(draft)))} />
        </Panel>
      </div>
    </Page>
  );
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
