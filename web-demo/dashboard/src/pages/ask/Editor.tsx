import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Problem, Stream } from '../../api';
import type { SqlEditor } from './codemirror';

interface Props {
  text: string;
  streams: readonly Stream[];
  /** Of this very text; underlined where it says. */
  problem: Problem | null;
  onChange: (text: string) => void;
  onRun: () => void;
}

const LABEL = 'SQL. Control Enter runs it. Escape, then Tab leaves the editor.';

/** The editor, which is larger than all the rest and comes after it; until it does, a plain field. */
export function Editor(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plain = useRef<HTMLTextAreaElement>(null);
  const newest = useRef(props);
  newest.current = props;
  const [editor, setEditor] = useState<SqlEditor>();

  useEffect(() => {
    let here = true;
    let created: SqlEditor | undefined;
    import('./codemirror').then(
      ({ createEditor }) => {
        if (here && place.current) {
          created = createEditor(place.current, {
            text: newest.current.text,
            label: LABEL,
            onChange: (text) => newest.current.onChange(text),
            onRun: () => newest.current.onRun(),
          });
          if (document.activeElement === plain.current) {
            created.focus();
          }
          setEditor(created);
        }
      },
      // The plain field does as well.
      (thrown) => reportError(thrown),
    );
    return () => {
      here = false;
      created?.destroy();
    };
  }, []);

  // Before the next key: a text that comes back later would take that key away.
  useLayoutEffect(() => editor?.setText(props.text), [editor, props.text]);
  useEffect(() => editor?.setStreams(props.streams), [editor, props.streams]);
  useEffect(() => editor?.setProblem(props.problem), [editor, props.problem]);

  return (
    <div class="ask-editor">
      {!editor && (
        <textarea
          ref={plain}
          class="ask-plain"
          aria-label={LABEL}
          spellcheck={false}
          value={props.text}
          onInput={(event) => props.onChange(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              props.onRun();
            }
          }}
        />
      )}
      <div ref={place} class="ask-code" />
    </div>
  );
}
