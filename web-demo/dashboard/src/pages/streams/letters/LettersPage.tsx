import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../../api';
import { Button, Empty, Page, Panel, ProblemNote, Stat } from '../../../components';
import { usePolled, useWatch, WAITING } from '../../../connection';
import { number } from '../../../format';
import { href, navigate, useRoute } from '../../../shell/route';
import { Actions } from './Actions';
import { type Asked, askedOf, pageOf, paramsOf } from './asked';
import { FilterForm } from './FilterForm';
import { LetterPanel } from './LetterPanel';
import { LetterTable } from './LetterTable';
import './letters.css';

const EVERY_MS = 30_000;
const AT_MOST_EVERY_MS = 1_000;

/** What a stream, or a view, did not take: by code, one by one, and what can be done with it. */
export function LettersPage({ name }: { name: string }) {
  const { params } = useRoute();
  const asked = askedOf(params);
  // The pages before this one, by where they begin.
  const [trail, setTrail] = useState<string[]>([]);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<string | undefined>(undefined);
  const query = `${pageOf(asked, trail.at(-1))}`;
  const { value, problem, refresh } = usePolled(
    `${name}?${query}`,
    (signal) => api.deadLetters(name, new URLSearchParams(query), signal),
    EVERY_MS,
  );
  useNews(name, refresh);

  const ask = (next: Asked) => {
    setTrail([]);
    setMarked(new Set());
    navigate(pathOf(name), paramsOf(next), { replace: true });
  };
  const letters = value?.letters ?? [];
  const chosen = letters.filter(({ id }) => marked.has(id)).map(({ id }) => id);
  const letter = letters.find(({ id }) => id === shown);
  const gone = problem?.status === 404;
  return (
    <Page
      title="Dead letters"
      about={`What ${name} did not take, as it came, and why.`}
      controls={
        <a class="above" href={href(`streams/${encodeURIComponent(name)}`)}>
          <span aria-hidden="true">←</span> {name}
        </a>
      }
    >
      {problem && <ProblemNote problem={problem} waits={!gone} />}
      {value && (
        <dl class="stats">
          <Stat label="Letters" value={number(value.counts.letters)} note="that are kept" />
          {Object.entries(value.counts.codes).map(([code, count]) => (
            <Stat
              key={code}
              label={code}
              value={number(count)}
              note={
                <a href={href(pathOf(name), paramsOf({ ...asked, code: asked.code === code ? '' : code }))}>
                  {asked.code === code ? 'show all' : 'show these'}
                  <span class="visually-hidden"> of {code}</span>
                </a>
              }
            />
          ))}
        </dl>
      )}
      <Panel title="Which" about="Times are those of the rejection">
        <FilterForm asked={asked} codes={Object.keys(value?.counts.codes ?? {})} onAsk={ask} />
      </Panel>
      <Panel
        title="Letters"
        about="The newest first; what comes is shown as it comes"
        state={value || gone ? undefined : WAITING}
        height={160}
        actions={value && <Actions name={name} asked={asked} ids={chosen} onDone={refresh} />}
      >
        {value && letters.length === 0 && (
          <Empty>
            <h3>There is no letter {Object.values(paramsOf(asked)).some(Boolean) ? 'like that' : 'here'}</h3>
            <p>What does not fit the stream is rejected in its ack, and is kept here.</p>
          </Empty>
        )}
        {letters.length > 0 && (
          <LetterTable letters={letters} marked={marked} onMark={setMarked} shown={shown} onShow={setShown} />
        )}
        {(trail.length > 0 || value?.next) && (
          <div class="form-end">
            <Button disabled={trail.length === 0} onClick={() => setTrail(trail.slice(0, -1))}>
              Newer
            </Button>
            <Button disabled={!value?.next} onClick={() => value?.next && setTrail([...trail, value.next])}>
              Older
            </Button>
          </div>
        )}
      </Panel>
      {letter && <LetterPanel key={letter.id} letter={letter} onClose={() => setShown(undefined)} />}
    </Page>
  );
}

function pathOf(name: string): string {
  return `streams/${encodeURIComponent(name)}/dead-letters`;
}

/** Asks again when something happens to the letters, at most once a second. */
function useNews(name: string, refresh: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const last = useRef('');
  useWatch<unknown>(`/v1/streams/${encodeURIComponent(name)}/dead-letters`, (event) => {
    const said = JSON.stringify(event);
    if (said === last.current) {
      return;
    }
    last.current = said;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      refresh();
    }, AT_MOST_EVERY_MS);
  });
}
