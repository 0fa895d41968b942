import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { asProblem, type Demo, demo as door, type Problem } from '../../api';
import { Badge, Button, Panel, ProblemNote, Stat } from '../../components';
import { duration, number, rate } from '../../format';

const PAUSE_SECONDS = 10;

/** What the demo can do to itself, so that one sees what happens then. */
export function Switches({
  state,
  stored,
  onState,
}: {
  state: Demo;
  /** Events a second. */
  stored: number | null;
  onState: (state: Demo) => void;
}) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const press = (act: () => Promise<Demo>) => async () => {
    setBusy(true);
    try {
      onState(await act());
      setProblem(null);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };
  const { fleet, 'stalled-subscriber': stalled, 'kafka-pause': pause } = state;
  const fast = fleet.speed > 1;
  const most = Math.floor(fleet.most);
  return (
    <Panel title="Try it" about="This demo only: push it, and watch what gives way">
      <div class="switches">
        <Switch
          title="A rush"
          on={fast}
          badge={fast ? `${number(fleet.speed)}× · ${rate(stored)}` : 'usual rate'}
          text="Every bus reports as many times as often."
        >
          <Button onClick={press(() => door.speed(fast ? 1 : most))} disabled={busy} aria-pressed={fast}>
            {fast ? 'Back to the usual' : `Send at ${number(most)}×`}
          </Button>
        </Switch>
        <Switch
          title="A slow reader"
          on={stalled.present}
          badge={stalled.present ? 'does not read' : 'not there'}
          text="It asks for rows, and then reads none of them."
        >
          <Button
            onClick={press(() => (stalled.present ? door.unstall() : door.stall()))}
            disabled={busy}
            aria-pressed={stalled.present}
          >
            {stalled.present ? 'Remove it' : 'Add a subscriber that does not read'}
          </Button>
        </Switch>
        <Switch
          title="Kafka away"
          on={pause.paused}
          badge={pause.paused ? `for another ${duration(Math.ceil(pause['seconds-left']) * 1_000)}` : 'answers'}
          text={
            pause.available
              ? 'Its connections stay, and nothing goes through them.'
              : 'This Kafka is not the demo’s own, and is left alone.'
          }
        >
          <Button
            onClick={press(() => (pause.paused ? door.resume() : door.pause(PAUSE_SECONDS)))}
            disabled={busy || !pause.available}
            aria-pressed={pause.paused}
          >
            {pause.paused ? 'Let it go on now' : `Pause Kafka for ${PAUSE_SECONDS} s`}
          </Button>
        </Switch>
      </div>
      {problem && <ProblemNote problem={problem} />}
      <dl class="stats fleet-stats">
        <Stat label="Buses with a connection" value={number(fleet.connected)} note={`of ${number(fleet.buses)}`} />
        <Stat label="Acked to them" value={number(fleet.acked)} note="stored in the log" />
        <Stat label="Kept by them" value={number(fleet.buffered)} note="sent again until acked" />
        <Stat label="Lost" value={number(fleet.dropped)} note="more than a bus can keep" />
      </dl>
    </Panel>
  );
}

function Switch({
  title,
  on,
  badge,
  text,
  children,
}: {
  title: string;
  on: boolean;
  badge: string;
  text: string;
  children: ComponentChildren;
}) {
  return (
    <div class={on ? 'switch switch-on' : 'switch'}>
      <div class="switch-head">
        <h3>{title}</h3>
        <Badge tone={on ? 'early' : 'neutral'} dot={on}>
          {badge}
        </Badge>
      </div>
      <p class="muted">{text}</p>
      {children}
    </div>
  );
}
