import { useState } from 'preact/hooks';
import { type Ack, api, asProblem, type Problem, type Stream } from '../../api';
import { Badge, Button, type Column, DataTable, Field, Panel, ProblemNote } from '../../components';
import { Curl, curl } from '../../definition';
import { number } from '../../format';
import { sampleEvent } from './draft';

/** Sends events, and shows what the ack says: how many are stored, and which were rejected and why. */
export function SendForm({ stream, onSent }: { stream: Stream; onSent: () => void }) {
  const [text, setText] = useState(() => sample(stream));
  const [answer, setAnswer] = useState<{ ack?: Ack; problem?: Problem }>({});
  const [error, setError] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const path = `/v1/streams/${encodeURIComponent(stream.name)}/events`;

  const send = async (event: Event) => {
    event.preventDefault();
    const events = read(text);
    if (typeof events === 'string') {
      setError(events);
      return;
    }
    setError(undefined);
    setBusy(true);
    try {
      setAnswer({ ack: await api.sendEvents(stream.name, events) });
    } catch (thrown) {
      setAnswer({ problem: asProblem(thrown) });
    }
    setBusy(false);
    onSent();
  };

  return (
    <Panel title="Send events" about="One frame: what fits the schema is stored before it is acked" class="send">
      <form class="form send-form" onSubmit={send} noValidate>
        <div class="send-side">
          <Field label="Events, as a JSON array" error={error}>
            {(control) => (
              <textarea
                {...control}
                class="control code-area"
                rows={8}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
                spellcheck={false}
              />
            )}
          </Field>
          <div class="form-end">
            <Button kind="quiet" onClick={() => setText(sample(stream))}>
              Another example
            </Button>
            <Button type="submit" disabled={busy}>
              Send
            </Button>
          </div>
          <div role="status" class="answer">
            {answer.ack && <AckNote ack={answer.ack} />}
          </div>
          {answer.problem && <ProblemNote problem={answer.problem} />}
        </div>
        <Curl label="From a shell" text={curl('POST', path, text)} />
      </form>
    </Panel>
  );
}

const REJECTED: Column<Ack['rejected'][number]>[] = [
  { key: 'index', label: 'Event', align: 'end', cell: ({ index }) => number(index + 1) },
  { key: 'code', label: 'Code', cell: ({ code }) => <code>{code}</code> },
  { key: 'detail', label: 'Why', cell: ({ detail }) => <span class="detail">{detail}</span> },
];

function AckNote({ ack: { accepted, rejected } }: { ack: Ack }) {
  return (
    <>
      <p class="ack">
        <Badge tone="good">{number(accepted)} stored</Badge>{' '}
        {rejected.length > 0 && <Badge tone="bad">{number(rejected.length)} rejected</Badge>}
      </p>
      {rejected.length > 0 && (
        <DataTable
          caption="Rejected events"
          columns={REJECTED}
          rows={rejected}
          rowKey={(_, index) => String(index)}
          height={200}
        />
      )}
    </>
  );
}

function sample(stream: Stream): string {
  return JSON.stringify([sampleEvent(stream, new Date())], null, 2);
}

/** The events, or what is wrong with the text. */
function read(text: string): unknown[] | string {
  try {
    const events: unknown = JSON.parse(text);
    return Array.isArray(events) ? events : [events];
  } catch (thrown) {
    return `This is not JSON: ${thrown instanceof Error ? thrown.message : thrown}`;
  }
}
