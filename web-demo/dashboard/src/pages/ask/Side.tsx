import { useId, useMemo, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../api';
import { Button, CopyButton, Empty, ProblemNote } from '../../components';
import { ago } from '../../format';
import { useSession } from '../../session';
import { COPIES } from './copies';
import type { examples } from './examples';
import { type Asked, forget } from './history';
import { Plan } from './Plan';
import { keyOf, type Question } from './question';
import type { Check } from './useCheck';

interface Props {
  offered: ReturnType<typeof examples>;
  /** Why there are no examples. */
  problem: Problem | undefined;
  recent: Asked[];
  onForget: (recent: Asked[]) => void;
  draft: Question;
  check: Check | null;
  onChoose: (question: Question) => void;
}

const TABS = ['Examples', 'Recent', 'Plan', 'Code'] as const;

/** Beside the question: others, what it does, and how it is asked from elsewhere. */
export function Side(props: Props) {
  const [tab, setTab] = useState<(typeof TABS)[number]>('Examples');
  const { offered, problem, recent, onForget, onChoose } = props;
  const offers = useMemo(() => <Examples {...{ offered, problem, onChoose }} />, [offered, problem, onChoose]);
  const asked = useMemo(() => <Recent {...{ recent, onForget, onChoose }} />, [recent, onForget, onChoose]);
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0) {
      const to = (TABS.indexOf(tab) + step + TABS.length) % TABS.length;
      setTab(TABS[to] as typeof tab);
      (tabs.current?.children[to] as HTMLElement | undefined)?.focus();
    }
  };
  return (
    <section class="panel ask-side" aria-label="Beside the question">
      <div class="ask-tabs" role="tablist" ref={tabs} onKeyDown={move}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={name === tab}
            aria-controls={`${id}-panel`}
            tabIndex={name === tab ? 0 : -1}
            onClick={() => setTab(name)}
          >
            {name}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <div class="ask-tab" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`} tabIndex={0}>
        {tab === 'Examples' && offers}
        {tab === 'Recent' && asked}
        {tab === 'Plan' && <Plan check={props.check} />}
        {tab === 'Code' && <Code question={props.draft} />}
      </div>
    </section>
  );
}

function Examples({ offered, problem, onChoose }: Pick<Props, 'offered' | 'problem' | 'onChoose'>) {
  if (problem) {
    return <ProblemNote problem={problem} waits />;
  }
  if (offered.length === 0) {
    return (
      <Empty>
        <h3>No stream to ask yet</h3>
        <p>
          Declare one on the <a href="#/streams">Streams page</a>, or start deployment/sluice demo.
        </p>
      </Empty>
    );
  }
  return (
    <>
      {offered.map(({ stream, examples }) => (
        <section key={stream} class="ask-list">
          <h3>{stream}</h3>
          <ul>
            {examples.map(({ title, about, question }) => (
              <li key={title}>
                <button type="button" class="ask-choice" onClick={() => onChoose(question)}>
                  <span class="ask-choice-title">{title}</span>
                  <span class="muted">{about}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Recent({ recent, onForget, onChoose }: Pick<Props, 'recent' | 'onForget' | 'onChoose'>) {
  if (recent.length === 0) {
    return (
      <Empty>
        <h3>Nothing was asked yet</h3>
        <p>What you run is kept here, in this browser alone.</p>
      </Empty>
    );
  }
  return (
    <div class="ask-list">
      <ul>
        {recent.map(({ question, at }) => (
          <li key={keyOf(question)}>
            <button type="button" class="ask-choice" onClick={() => onChoose(question)}>
              <code>{question.sql}</code>
              <span class="muted">{[ago(at), ...times(question)].join(' · ')}</span>
            </button>
          </li>
        ))}
      </ul>
      <Button kind="quiet" onClick={() => onForget(forget())}>
        Forget them
      </Button>
    </div>
  );
}

function times({ from, to, speed }: Question): string[] {
  return [from && `from ${from}`, to && `to ${to}`, speed && `${speed}×`].filter(Boolean);
}

function Code({ question }: { question: Question }) {
  const signed = useSession().status === 'in';
  return (
    <div class="ask-copies">
      {COPIES.map(({ name, about, write }) => {
        const text = write(question, location.origin, signed);
        return (
          <section key={name}>
            <div class="ask-copy-head">
              <h3>{name}</h3>
              <CopyButton text={text} label={`Copy as ${name}`} />
            </div>
            <p class="muted">{about}</p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
            <pre tabIndex={0} data-copy={name}>
              {text}
            </pre>
          </section>
        );
      })}
    </div>
  );
}
