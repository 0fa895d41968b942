import { useRef, useState } from 'preact/hooks';
import { api, asProblem, type Problem, type ViewDefinition, type Webhook } from '../../api';
import { Button, Field, Page, Panel, ProblemNote } from '../../components';
import { Above, Curl, curl } from '../../definition';
import { isoDuration } from '../../format';
import { navigate } from '../../shell/route';
import { newSecret } from './secret';

type Kept = Required<Omit<ViewDefinition, 'late' | 'webhook' | 'into'>>;

/** A new view, by a form that says what it sends. */
export function DefinePage({ sql }: { sql: string }) {
  const [name, setName] = useState('');
  const [kept, setKept] = useState<Kept>({ sql, retention: 'P7D', table: true });
  const [webhook, setWebhook] = useState<Required<Omit<Webhook, 'from'>>>(() => ({ url: '', secret: newSecret() }));
  const [into, setInto] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const set = (change: Partial<Kept>) => setKept({ ...kept, ...change });
  const tell = (change: Partial<Webhook>) => setWebhook({ ...webhook, ...change });
  const draft: ViewDefinition = {
    ...kept,
    ...(webhook.url === '' ? {} : { webhook }),
    ...(into === '' ? {} : { into }),
  };
  const field = problem ? fieldOf(problem) : null;

  const fail = (failed: Problem) => {
    setProblem(failed);
    setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  const define = async (event: Event) => {
    event.preventDefault();
    if (name === '') {
      fail(NAMELESS);
      return;
    }
    setBusy(true);
    try {
      await api.define(name, draft);
      navigate(`views/${encodeURIComponent(name)}`);
    } catch (thrown) {
      setBusy(false);
      fail(asProblem(thrown));
    }
  };
  const error = (of: string) => (problem && field === of ? { error: said(problem) } : {});

  return (
    <Page
      title="Define a view"
      about="A question that is kept: from the log’s beginning, and on."
      controls={<Above of="views" />}
    >
      <form class="declare span-7" ref={form} onSubmit={define} noValidate>
        {problem && field === null && <ProblemNote problem={problem} />}
        <Panel title="Name and question">
          <div class="form">
            <Field
              label="Name"
              hint="Lower-case letters, digits and _; it can be asked as a stream can"
              {...error('name')}
            >
              {(control) => (
                <input
                  {...control}
                  value={name}
                  onInput={(event) => setName(event.currentTarget.value)}
                  autoComplete="off"
                  spellcheck={false}
                />
              )}
            </Field>
            <Field label="SQL" hint="Without ORDER BY and LIMIT: its rows are kept" {...error('sql')}>
              {(control) => (
                <textarea
                  {...control}
                  class="control code-area"
                  rows={8}
                  value={kept.sql}
                  onInput={(event) => set({ sql: event.currentTarget.value })}
                  spellcheck={false}
                />
              )}
            </Field>
          </div>
        </Panel>
        <Panel title="How it is kept">
          <div class="form form-columns">
            <Field
              label="Retention"
              hint={`How long its rows are kept: ${isoDuration(kept.retention)}`}
              {...error('retention')}
            >
              {(control) => (
                <input
                  {...control}
                  value={kept.retention}
                  onInput={(event) => set({ retention: event.currentTarget.value })}
                  autoComplete="off"
                  spellcheck={false}
                />
              )}
            </Field>
          </div>
          <div class="form form-checks">
            <label>
              <input
                type="checkbox"
                checked={kept.table}
                onChange={(event) => set({ table: event.currentTarget.checked })}
              />
              In PostgreSQL too, as the table views.{name || 'name'}
            </label>
          </div>
        </Panel>
        <Panel title="Who is told" about="Each row from now on, by a signed POST, at least once">
          <div class="form">
            <Field label="Webhook" hint="Its URL, http or https; nobody if empty" {...error('webhook.url')}>
              {(control) => (
                <input
                  {...control}
                  type="url"
                  value={webhook.url}
                  onInput={(event) => tell({ url: event.currentTarget.value })}
                  autoComplete="off"
                  spellcheck={false}
                />
              )}
            </Field>
            {webhook.url !== '' && (
              <Field
                label="Secret"
                hint="Its receiver checks the signature with it: keep it, no answer has it"
                {...error('webhook.secret')}
              >
                {(control) => (
                  <input
                    {...control}
                    value={webhook.secret}
                    onInput={(event) => tell({ secret: event.currentTarget.value })}
                    autoComplete="off"
                    spellcheck={false}
                  />
                )}
              </Field>
            )}
          </div>
        </Panel>
        <Panel title="What it feeds" about="Its rows, as events of a stream that others may be sent to as well">
          <div class="form">
            <Field
              label="Into"
              hint="A stream with a field for each column; none if empty. Such a view is never built anew"
              {...error('into')}
            >
              {(control) => (
                <input
                  {...control}
                  value={into}
                  onInput={(event) => setInto(event.currentTarget.value)}
                  autoComplete="off"
                  spellcheck={false}
                />
              )}
            </Field>
          </div>
        </Panel>
        <div class="form-end">
          <Button type="submit" kind="primary" disabled={busy}>
            Define
          </Button>
        </div>
      </form>
      <div class="beside span-5">
        <Panel title="What it sends" about="The same from a shell">
          <Curl
            label="PUT, again and again the same"
            text={curl('PUT', `/v1/views/${encodeURIComponent(name || 'name')}`, JSON.stringify(draft, null, 2))}
          />
        </Panel>
      </div>
    </Page>
  );
}

const NAMELESS: Problem = {
  type: 'urn:sluice:problem:view-invalid',
  title: 'No name',
  status: 400,
  code: 'VIEW_INVALID',
  detail: 'A view needs a name: lower-case letters, digits and _.',
  field: 'name',
};

/** Which control a problem is said at; null: none. */
export function fieldOf({ field, line, code }: Problem): string | null {
  if (line !== undefined || code.startsWith('QUERY_')) {
    return 'sql';
  }
  if (field !== undefined && ['name', 'sql', 'retention', 'webhook.url', 'webhook.secret', 'into'].includes(field)) {
    return field;
  }
  // Any other field is a column of the question.
  return code === 'VIEW_INVALID' && field !== undefined ? 'sql' : null;
}

export function said({ detail, line, column }: Problem): string {
  return line === undefined ? detail : `Line ${line}, column ${column}: ${detail}`;
}
