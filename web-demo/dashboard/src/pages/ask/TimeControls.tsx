import type { Problem } from '../../api';
import { Button, Field } from '../../components';
import { PRESETS, presetOf, type Question } from './question';

interface Props {
  question: Question;
  problem: Problem | null;
  onChange: (question: Question) => void;
}

/** When to begin and end, how fast, and whether early rows come too. */
export function TimeControls({ question, problem, onChange }: Props) {
  const chosen = presetOf(question);
  const text = (part: 'from' | 'to' | 'speed', label: string, hint: string, placeholder: string) => (
    <Field label={label} {...(problem?.field === part ? { error: problem.detail } : { hint })}>
      {(control) => (
        <input
          {...control}
          value={question[part]}
          placeholder={placeholder}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => onChange({ ...question, [part]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <div class="ask-controls">
      <fieldset class="ask-presets">
        <legend class="visually-hidden">When</legend>
        {PRESETS.map((preset) => (
          <Button
            key={preset.label}
            class="ask-preset"
            aria-pressed={preset === chosen}
            title={preset.about}
            onClick={() => onChange({ ...question, from: preset.from, to: preset.to, speed: preset.speed })}
          >
            {preset.label}
          </Button>
        ))}
      </fieldset>
      <div class="ask-fields">
        {text('from', 'From', '-15m, earliest, an instant', 'now')}
        {text('to', 'To', 'now, -5m, an instant', 'never ends')}
        {text('speed', 'Speed', 'times as fast as it was', 'at once')}
        <Field label="Rows" hint={question.emit === 'changes' ? 'open windows too' : 'once each, when final'}>
          {(control) => (
            <select
              {...control}
              value={question.emit}
              onChange={(event) =>
                onChange({ ...question, emit: event.currentTarget.value === 'changes' ? 'changes' : 'final' })
              }
            >
              <option value="final">Final</option>
              <option value="changes">Early and final</option>
            </select>
          )}
        </Field>
      </div>
    </div>
  );
}
