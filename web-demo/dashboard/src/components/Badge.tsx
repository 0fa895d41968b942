import type { ComponentChildren } from 'preact';
import './controls.css';

export type Tone = 'neutral' | 'good' | 'early' | 'bad' | 'accent';

/** A word or two about a state. The words say it; the colour repeats it. */
export function Badge({
  tone = 'neutral',
  dot = false,
  children,
}: {
  tone?: Tone;
  dot?: boolean;
  children: ComponentChildren;
}) {
  return (
    <span class={`badge badge-${tone}`}>
      {dot && <span class="badge-dot" aria-hidden="true" />}
      {children}
    </span>
  );
}
