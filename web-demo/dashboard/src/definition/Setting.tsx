import type { ComponentChildren } from 'preact';

/** A member of a definition, in a `<dl class="settings">`. */
export function Setting({ label, value }: { label: string; value: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
