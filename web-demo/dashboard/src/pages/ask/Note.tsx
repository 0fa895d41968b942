import type { Problem } from '../../api';
import { Button } from '../../components';
import { isoDuration } from '../../format';
import { placeOf, suggestionOf } from './place';
import type { Question } from './question';
import type { Check } from './useCheck';

interface Props {
  problem: Problem | null;
  check: Check | null;
  draft: Question;
  /** With the SQL as it was likely meant. */
  onMend: (sql: string) => void;
}

/** Below the editor: what is wrong with the question and where, or what it does. One line is kept for it. */
export function Note({ problem, check, draft, onMend }: Props) {
  const instead = problem && suggestionOf(problem);
  const place = problem && placeOf(draft.sql, problem);
  return (
    <div class="ask-note">
      <p role="status" class={problem ? 'ask-wrong' : 'muted'}>
        {problem ? (
          <>
            {problem.line && (
              <span class="ask-place">
                Line {problem.line}, column {problem.column}{' '}
              </span>
            )}
            {problem.detail}
          </>
        ) : (
          doing(check)
        )}
      </p>
      {instead && place && (
        <Button
          kind="quiet"
          onClick={() => onMend(draft.sql.slice(0, place.from) + instead + draft.sql.slice(place.to))}
        >
          Use {instead}
        </Button>
      )}
    </div>
  );
}

/** In half a sentence, what a question does. */
function doing(check: Check | null): string {
  const said = new Map(check?.steps?.map(({ step, detail }) => [step, detail]));
  const stream = said.get('scan');
  if (!stream) {
    return '';
  }
  const window = said.get('window');
  if (window) {
    return `Reads ${stream}, in windows: ${window.replace(/P[\dDTHMS.]+/g, (iso) => isoDuration(iso))}.`;
  }
  return said.has('aggregate') || said.has('group')
    ? `Reads ${stream}, and keeps running totals.`
    : `Reads ${stream}, a row for each event that passes.`;
}
