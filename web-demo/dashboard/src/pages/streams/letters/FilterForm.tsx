import { useEffect, useState } from 'preact/hooks';
import { Button, Field } from '../../../components';
import { type Asked, NO_FILTER, SPANS } from './asked';

/** Which letters are shown. */
export function FilterForm({
  asked,
  codes,
  onAsk,
}: {
  asked: Asked;
  codes: readonly string[];
  onAsk: (asked: Asked) => void;
}) {
  const [device, setDevice] = useState(asked.device);
  useEffect(() => setDevice(asked.device), [asked.device]);
  const known = asked.code === '' || codes.includes(asked.code) ? codes : [...codes, asked.code];
  return (
    <form
      class="form form-columns letters-filter"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk({ ...asked, device: device.trim() });
      }}
    >
      <Field label="Code">
        {(control) => (
          <select
            {...control}
            value={asked.code}
            onChange={(event) => onAsk({ ...asked, code: event.currentTarget.value })}
          >
            <option value="">Any</option>
            {known.map((code) => (
              <option key={code} value={code}>
                {code}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Device" hint="Its key in the event, or its connection">
        {(control) => (
          <input
            {...control}
            value={device}
            onInput={(event) => setDevice(event.currentTarget.value)}
            autoComplete="off"
            spellcheck={false}
          />
        )}
      </Field>
      <Field label="Since">
        {(control) => (
          <select
            {...control}
            value={asked.from}
            onChange={(event) => onAsk({ ...asked, from: event.currentTarget.value })}
          >
            {SPANS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div class="form-end">
        <Button
          onClick={() => {
            setDevice('');
            onAsk(NO_FILTER);
          }}
        >
          Show all
        </Button>
        <Button type="submit">Show these</Button>
      </div>
    </form>
  );
}
