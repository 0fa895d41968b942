import { CopyButton } from '../components';

/** The same request, for the shell. */
export function Curl({ text, label }: { text: string; label: string }) {
  return (
    <div class="curl">
      <div class="curl-head">
        <h3>{label}</h3>
        <CopyButton text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </div>
  );
}
