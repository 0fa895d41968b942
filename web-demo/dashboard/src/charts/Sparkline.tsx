import './charts.css';

const WIDTH = 120;
const HEIGHT = 24;
const PAD = 2;

/** A line of the last so many values, the newest at the end; beside the figure itself, so hidden from who reads that. */
export function Sparkline({
  values,
  points,
  bound,
}: {
  values: readonly number[];
  /** How many there are when it is full. */
  points: number;
  /** Drawn as a line where the values come near it. */
  bound?: number;
}) {
  const top = Math.max(1, ...values);
  const near = bound !== undefined && top >= bound / 2;
  const most = near ? Math.max(top, bound) : top;
  const y = (value: number) => HEIGHT - PAD - (value / most) * (HEIGHT - 2 * PAD);
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      {near && <path class="sparkline-bound" d={`M0 ${y(bound)}H${WIDTH}`} />}
      {values.length > 1 && <path class="sparkline-line" d={sparkPath(values, points, WIDTH, y)} />}
    </svg>
  );
}

/** Through the values, from the right: what there is not yet is left out. */
export function sparkPath(
  values: readonly number[],
  points: number,
  width: number,
  y: (value: number) => number,
): string {
  const step = width / (points - 1);
  const start = width - (values.length - 1) * step;
  return values.map((value, i) => `${i === 0 ? 'M' : 'L'}${round(start + i * step)} ${round(y(value))}`).join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
