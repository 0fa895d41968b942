import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from './Button';

/** Copies a text, and says so. */
export function CopyButton({ text, label = 'Copy' }: { text: string | (() => string); label?: string }) {
  const [said, setSaid] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setSaid('Copied');
    } catch {
      setSaid('Not allowed');
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(''), 2_000);
  };
  return (
    <Button kind="quiet" onClick={copy}>
      {said || label}
      <span class="visually-hidden" role="status">
        {said}
      </span>
    </Button>
  );
}
