import type { FieldType } from '../../api';
import { Button } from '../../components';
import { changeField, type Draft, TYPES, withField, withoutField } from './draft';

/** A row for each field. */
export function FieldsBuilder({
  draft,
  errors,
  onChange,
}: {
  draft: Draft;
  /** By control: `fields.0`. */
  errors: Record<string, string>;
  onChange: (draft: Draft) => void;
}) {
  return (
    <fieldset class="fields">
      <legend>Fields</legend>
      <ul>
        {draft.fields.map(({ row, name, type, nullable }, i) => {
          const error = errors[`fields.${i}`];
          const number = i + 1;
          return (
            <li key={row}>
              <input
                class="control"
                aria-label={`Name of field ${number}`}
                aria-invalid={error !== undefined}
                aria-describedby={error && `field-${row}-error`}
                placeholder="name"
                value={name}
                onInput={(event) => onChange(changeField(draft, row, { name: event.currentTarget.value }))}
                autoComplete="off"
                spellcheck={false}
              />
              <select
                class="control"
                aria-label={`Type of field ${number}`}
                value={type}
                onChange={(event) =>
                  onChange(changeField(draft, row, { type: event.currentTarget.value as FieldType }))
                }
              >
                {TYPES.map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </select>
              <label>
                <input
                  type="checkbox"
                  checked={nullable}
                  onChange={(event) => onChange(changeField(draft, row, { nullable: event.currentTarget.checked }))}
                  aria-label={`Field ${number} may be null`}
                />
                <span aria-hidden="true">may be null</span>
              </label>
              <Button
                kind="quiet"
                onClick={() => onChange(withoutField(draft, row))}
                disabled={draft.fields.length === 1}
                aria-label={`Remove field ${number}`}
              >
                Remove
              </Button>
              {error && (
                <p class="field-error" id={`field-${row}-error`}>
                  {error}
                </p>
              )}
            </li>
          );
        })}
      </ul>
      <Button onClick={() => onChange(withField(draft))}>Add a field</Button>
    </fieldset>
  );
}
