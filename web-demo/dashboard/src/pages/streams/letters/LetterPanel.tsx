import type { DeadLetter } from '../../../api';
import { Badge, Button, CopyButton, Panel } from '../../../components';
import { Setting } from '../../../definition';
import { bytes, instant, number } from '../../../format';
import { originalOf } from './original';

/** One letter: why, whence, and what came. */
export function LetterPanel({ letter, onClose }: { letter: DeadLetter; onClose: () => void }) {
  const { id, time, code, field, detail, door, device, key, frame, index, record, format, cut } = letter;
  return (
    <Panel
      title={`Letter ${id}`}
      about={detail}
      actions={
        <Button kind="quiet" onClick={onClose}>
          Close
        </Button>
      }
    >
      <dl class="settings letter-settings">
        <Setting label="Rejected" value={instant(time)} />
        <Setting label="Code" value={<code>{code}</code>} />
        {field !== undefined && <Setting label="Field" value={<code>{field}</code>} />}
        {key !== undefined && <Setting label="Key" value={key} />}
        <Setting label="Door" value={door} />
        {device !== undefined && <Setting label="Connection" value={device} />}
        {index !== undefined && (
          <Setting label="Event" value={`${number(index + 1)} of frame ${number((frame ?? 0) + 1)}`} />
        )}
        {record && (
          <Setting label="Record" value={`${record.topic}, partition ${record.partition}, offset ${record.offset}`} />
        )}
        <Setting label="Came as" value={format} />
        <Setting label="Size" value={bytes(letter.bytes ?? 0)} />
      </dl>
      <div class="curl">
        <div class="curl-head">
          <h3>
            What came {letter.base64 !== undefined && <Badge>bytes</Badge>} {cut && <Badge tone="bad">cut off</Badge>}
          </h3>
          <CopyButton text={letter.text ?? letter.base64 ?? ''} />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
        <pre tabIndex={0}>
          <code dir="ltr">{originalOf(letter)}</code>
        </pre>
      </div>
    </Panel>
  );
}
