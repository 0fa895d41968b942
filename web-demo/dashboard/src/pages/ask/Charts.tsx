import { useRef, useState } from 'preact/hooks';
import { LineChart } from '../../charts';
import { number } from '../../format';
import type { QueryRun } from './run';
import { chosenGroups } from './series';

const MOST_SERIES = 8;
const HEIGHT = 190;
/** So many at first: side by side where there is room. */
const AT_FIRST = matchMedia('(min-width: 64rem)').matches ? 2 : 1;

/** The chosen columns over time, each with a scale of its own; the same groups, in the same colours, in all. */
export function Charts({ run }: { run: QueryRun }) {
  const columns = run.series.columns();
  const [wanted, setWanted] = useState<string[] | null>(null);
  const groups = useRef<string[]>([]);
  const chosen = (wanted ?? []).filter((name) => columns.includes(name));
  const charted = chosen.length > 0 || wanted?.length === 0 ? chosen : columns.slice(0, AT_FIRST);
  const leading = run.series.of(charted[0] ?? '');
  if (leading) {
    groups.current = chosenGroups(leading, groups.current, MOST_SERIES);
  }
  const toggle = (name: string) =>
    setWanted(charted.includes(name) ? charted.filter((other) => other !== name) : [...charted, name]);
  const total = leading?.names().length ?? 0;
  return (
    <section class="ask-charts" aria-label="Charts">
      <div class="ask-columns">
        {columns.map((name) => (
          <label key={name} class="ask-column">
            <input type="checkbox" checked={charted.includes(name)} onChange={() => toggle(name)} />
            {name}
          </label>
        ))}
        <span class="muted">
          {columns.length === 0
            ? 'Points come when the first window is final.'
            : 'A point for each window that is final.'}
          {total > MOST_SERIES && ` ${MOST_SERIES} of ${number(total)} groups are drawn.`}
        </span>
      </div>
      <div class={`ask-chart-grid ${wanted?.length === 0 ? 'ask-no-chart' : ''}`}>
        {charted.map((name) => {
          const store = run.series.of(name);
          return (
            store && (
              <div key={name}>
                <h3>{name}</h3>
                <LineChart
                  label={`${name} of each window`}
                  store={store}
                  series={groups.current.map((group) => ({ name: group, label: group === 'all' ? name : group }))}
                  format={short}
                  height={HEIGHT}
                  min={null}
                />
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}

/** Three digits that count. */
function short(value: number | null): string {
  const size = Math.abs(value ?? 0);
  return number(value, size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2);
}
