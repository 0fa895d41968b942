import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  snippetCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { SQLDialect, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Annotation, EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Problem, Stream } from '../../api';
import { type Suggestion, suggestions } from './completion';
import { FUNCTIONS, KEYWORDS } from './functions';
import { placeOf, suggestionOf } from './place';

/** On a change that whoever holds the text has made, and need not be told. */
const FROM_OUTSIDE = Annotation.define<true>();

/** What the editor is told, and tells. */
export interface SqlEditor {
  setText(text: string): void;
  setStreams(streams: readonly Stream[]): void;
  /** Underlines what is wrong, at its place; null: nothing is. */
  setProblem(problem: Problem | null): void;
  focus(): void;
  destroy(): void;
}

export interface SqlEditorOptions {
  text: string;
  label: string;
  onChange(text: string): void;
  onRun(): void;
}

/**
 * An editor of SQL, in a shadow root of its own: there its styles are adopted sheets, which the page's policy
 * allows, and no style element.
 */
export function createEditor(parent: HTMLElement, { text, label, onChange, onRun }: SqlEditorOptions): SqlEditor {
  let streams: readonly Stream[] = [];
  const host = document.createElement('div');
  parent.replaceChildren(host);
  const root = host.attachShadow({ mode: 'open' });

  const complete = (context: CompletionContext) => {
    const found = suggestions(context.state.doc.toString(), context.pos, streams, context.explicit);
    return found && { from: found.from, options: found.options.map(completionOf), validFor: /^[\w$]*$/ };
  };
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => ran(onRun) }])),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        sql({ dialect: DIALECT }),
        syntaxHighlighting(COLOURS),
        autocompletion({ override: [complete], icons: false, maxRenderedOptions: 60 }),
        // Tab takes what a list offers, and else goes on to the next control.
        keymap.of([{ key: 'Tab', run: acceptCompletion }]),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        placeholder('SELECT …'),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.some((change) => change.annotation(FROM_OUTSIDE))) {
            onChange(update.state.doc.toString());
          }
        }),
        LOOK,
      ],
    }),
  });

  return {
    setText(next) {
      if (next !== view.state.doc.toString()) {
        view.dispatch({
          changes: { from: 0, to: view.state.doc.length, insert: next },
          selection: { anchor: next.length },
          annotations: FROM_OUTSIDE.of(true),
        });
      }
    },
    setStreams(next) {
      streams = next;
    },
    setProblem(problem) {
      const place = problem && placeOf(view.state.doc.toString(), problem);
      const instead = problem && suggestionOf(problem);
      view.dispatch(
        setDiagnostics(
          view.state,
          problem && place
            ? [
                {
                  ...place,
                  severity: 'error',
                  message: problem.detail,
                  ...(instead
                    ? {
                        actions: [
                          {
                            name: `Use ${instead}`,
                            apply: (_: EditorView, from: number, to: number) =>
                              view.dispatch({ changes: { from, to, insert: instead } }),
                          },
                        ],
                      }
                    : {}),
                },
              ]
            : [],
        ),
      );
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

/** A key that was taken. */
function ran(action: () => void): true {
  action();
  return true;
}

function completionOf({ label, kind, detail, about, template, boost }: Suggestion): Completion {
  const option = { label, type: kind, detail, boost, ...(about ? { info: about } : {}) };
  if (template?.includes('{')) {
    return snippetCompletion(template.replaceAll('{', '$' + '{'), option);
  }
  return template && template !== label ? { ...option, apply: template } : option;
}

const DIALECT = SQLDialect.define({
  keywords: KEYWORDS.join(' ').toLowerCase(),
  builtin: FUNCTIONS.map(({ name }) => name.toLowerCase()).join(' '),
  types: 'bigint integer smallint double float varchar string text boolean',
  operatorChars: '*+-%<>!=|/:',
  identifierQuotes: '"',
  charSetCasts: false,
  slashComments: false,
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.standard(tags.name), tags.special(tags.name)], color: 'var(--series-6)' },
  { tag: tags.typeName, color: 'var(--series-6)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--early)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--series-3)' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.operator, tags.punctuation, tags.paren], color: 'var(--muted)' },
]);

const LOOK = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.65', overflow: 'auto' },
  '.cm-content': { padding: '12px 0', caretColor: 'var(--text)', minHeight: '100%' },
  '.cm-line': { padding: '0 16px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--accent-soft)',
  },
  '.cm-placeholder': { color: 'var(--muted)' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--accent-soft)', color: 'inherit' },
  '&.cm-focused .cm-nonmatchingBracket': { background: 'var(--bad-soft)', color: 'inherit' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad) 1.5px',
    textUnderlineOffset: '3px',
    textDecorationSkipInk: 'none',
  },
  '.cm-tooltip': {
    background: 'var(--surface)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    boxShadow: '0 6px 24px rgb(0 0 0 / 16%)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '15rem', padding: '4px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    justifyContent: 'space-between',
    gap: '24px',
    padding: '3px 8px',
    borderRadius: '4px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent-soft)',
    color: 'var(--text)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700', color: 'var(--accent)' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal', marginLeft: '0', fontSize: '12px' },
  '.cm-tooltip.cm-completionInfo': { padding: '6px 10px', fontFamily: 'var(--sans)', maxWidth: '16rem' },
  '.cm-diagnostic': {
    padding: '8px 12px',
    borderLeft: '3px solid var(--bad)',
    fontFamily: 'var(--sans)',
    maxWidth: '28rem',
  },
  '.cm-diagnosticAction': {
    background: 'var(--accent)',
    color: 'var(--on-accent)',
    borderRadius: '4px',
    padding: '2px 8px',
    font: 'inherit',
  },
});
