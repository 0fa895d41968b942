import { useState } from 'preact/hooks';
import { api, asProblem, keeping, type Problem, type ViewBuild, type ViewWithStatus } from '../../api';
import { Button, Field, Panel, ProblemNote } from '../../components';
import { WAITING } from '../../connection';
import { Curl, curl, Setting } from '../../definition';
import { instant, number, time } from '../../format';
import { said } from './DefinePage';
import { buildOf } from './words';

/** Another question for a view, or the same again: built beside it, until it takes its place. */
export function BuildPanel({ view, onChange }: { view: ViewWithStatus | undefined; onChange: () => void }) {
  const [edited, setEdited] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [keep, setKeep] = useState(false);
  const building = view?.status.building ?? null;
  const sql = edited ?? view?.sql ?? '';
  const isOther = view !== undefined && sql !== view.sql;

  const act = async (action: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await action();
      setProblem(null);
      setEdited(null);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
    setBusy(false);
    onChange();
  };
  const build = (event: Event) => {
    event.preventDefault();
    if (view) {
      const { name, status, ...definition } = view;
      act(() => (isOther ? api.define(name, { ...definition, sql }, keep) : api.rebuild(name, keep)));
    }
  };

  return (
    <Panel
      title="Another question, or the same again"
      about="It is built beside the view, from the log’s beginning, and takes its place when it has come as far. Until then all stays as it is."
      state={view ? undefined : WAITING}
      height={220}
    >
      {view && (
        <>
          {building && <Building build={building} busy={busy} onCancel={() => act(() => api.cancelBuild(view.name))} />}
          <form class="form" onSubmit={build} noValidate>
            {problem?.line === undefined && problem && <ProblemNote problem={problem} />}
            <Field label="SQL of the view" {...(problem?.line === undefined ? {} : { error: said(problem) })}>
              {(control) => (
                <textarea
                  {...control}
                  class="control code-area"
                  rows={4}
                  value={sql}
                  onInput={(event) => setEdited(event.currentTarget.value)}
                  spellcheck={false}
                />
              )}
            </Field>
            {view.table && view.status.kind === 'WINDOWED' && (
              <div class="form-checks">
                <label>
                  <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} />
                  Keep rows of before the log begins
                </label>
              </div>
            )}
            <div class="form-end">
              <Button type="submit" disabled={busy || sql.trim() === ''}>
                {isOther ? 'Build this instead' : 'Rebuild'}
              </Button>
            </div>
          </form>
          <Curl
            label="From a shell"
            text={curl('POST', `/v1/views/${encodeURIComponent(view.name)}/rebuild${keeping(keep)}`)}
          />
        </>
      )}
    </Panel>
  );
}

interface BuildingProps {
  build: ViewBuild;
  busy: boolean;
  onCancel: () => void;
}

/** How a build goes. */
function Building({ build, busy, onCancel }: BuildingProps) {
  return (
    <>
      {build.failure && <ProblemNote problem={{ title: 'What is built does not go on', ...build.failure }} />}
      <dl class="settings">
        <Setting label="Build" value={buildOf(build, Date.now())} />
        <Setting label="Since" value={instant(build.since)} />
        <Setting label="Lag" value={`${number(build.lag)} records of its source`} />
        <Setting label="Read up to" value={time(build.watermark)} />
        <Setting label="SQL" value={<code>{build.sql}</code>} />
      </dl>
      <div class="form-end">
        <Button kind="danger" disabled={busy} onClick={onCancel}>
          Build it no more
        </Button>
      </div>
    </>
  );
}
