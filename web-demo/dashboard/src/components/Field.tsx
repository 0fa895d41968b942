import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import './controls.css';

interface Props {
  label: string;
  /** What may be in it; below the control. */
  hint?: string;
  error?: string;
  /** The control, with what it needs to be named and described. */
  children: (control: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean;
    class: string;
  }) => ComponentChildren;
}

/** A labelled control: `<Field label="From">{(control) => <input {...control} value={…} />}</Field>`. */
export function Field({ label, hint, error, children }: Props) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': note && `${id}-note`,
        'aria-invalid': error !== undefined,
        class: 'control',
      })}
      {note && (
        <p id={`${id}-note`} class={error ? 'field-error' : 'field-hint'}>
          {note}
        </p>
      )}
    </div>
  );
}
