import type { ButtonHTMLAttributes } from 'preact';
import './controls.css';

type Props = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'class'> & {
  /** `plain` by default; one `primary` a view at most. */
  kind?: 'plain' | 'primary' | 'quiet' | 'danger';
  class?: string;
};

export function Button({ kind = 'plain', class: more = '', type = 'button', ...rest }: Props) {
  return <button {...rest} type={type} class={`button button-${kind} ${more}`} />;
}
