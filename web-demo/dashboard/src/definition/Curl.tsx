import { CopyButton } from '../components';
import { withToken } from '../format';
import { useSession } from '../session';

/** The same request, for the shell. */
export function Curl({ text: line, label }: { text: string; label: string }) {
  const text = useSession().status === 'in' ? withToken(line) : line;
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
