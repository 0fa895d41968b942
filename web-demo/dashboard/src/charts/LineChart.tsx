import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { number, time } from '../format';
import { colour, onColours } from '../theme/theme';
import './charts.css';
import { painting } from '../painting/painting';
import type { SeriesStore } from './series';

export interface LineChartProps {
  /** What it shows, for those who do not see it. */
  label: string;
  store: SeriesStore;
  /** Which series, in the order of their colours; at most eight. */
  series: readonly { name: string; label?: string }[];
  format: (value: number | null) => string;
  /** Beside the axis, where it is not `format`. */
  tick?: (value: number) => string;
  /** The most seconds that the axis spans, up to the newest point. Default: all that there is. */
  span?: number;
  height?: number;
  /** Fills below the line; for one series. */
  area?: boolean;
  /** The least value that the axis shows; null: the data's. */
  min?: number | null;
  drawsPerSecond?: number;
}

/** Lines over time. Reads its store when it draws: at most so many times a second, and never in a hidden tab. */
export function LineChart(props: LineChartProps) {
  const { label, store, series, format, height = 200, drawsPerSecond = 4 } = props;
  const place = useRef<HTMLDivElement>(null);
  const [last, setLast] = useState<string[]>([]);
  const [empty, setEmpty] = useState(store.names().length === 0);
  const key = JSON.stringify([series, height, props.area, props.min]);

  useEffect(() => {
    const element = place.current as HTMLDivElement;
    let plot = draw();
    let drawn = -1;
    let then = Number.NEGATIVE_INFINITY;
    let dense = false;

    function draw() {
      return new uPlot(options(props, element.clientWidth), data(props), element);
    }
    function paint(now: number) {
      drawn = store.version;
      then = now;
      const points = data(props);
      dense = points[0].length > MANY;
      for (const each of plot.series) {
        each.width = dense ? THIN : STROKE;
      }
      plot.setData(points);
      element.dataset.points = String(plot.data[0]?.length ?? 0);
      setEmpty(!plot.data[0]?.length);
      element.ariaDescription = described(plot.data[0]);
      // Digits that are not shown change nothing.
      const latest = series.map(({ name }) => format(store.last(name)));
      setLast((old) => (String(latest) === String(old) ? old : latest));
    }
    // All charts of a page are due at once: what a frame costs grows with how far apart its changes are.
    const turn = (now: number) => Math.floor((now / 1_000) * (dense ? drawsPerSecond / 2 : drawsPerSecond));
    const stop = painting.add({
      changed: (now) => store.version !== drawn && turn(now) !== turn(then),
      paint,
    });
    const resized = new ResizeObserver(() => {
      if (element.clientWidth !== plot.width) {
        plot.setSize({ width: element.clientWidth, height });
      }
    });
    resized.observe(element);
    const recoloured = onColours(() => {
      plot.destroy();
      plot = draw();
      drawn = -1;
    });
    return () => {
      stop();
      resized.disconnect();
      recoloured();
      plot.destroy();
    };
  }, [key, store, drawsPerSecond]);

  return (
    <figure class="chart">
      <div ref={place} class="chart-canvas" role="img" aria-label={label} style={{ height: `${height}px` }} />
      {empty && <p class="chart-empty">Waiting for the first point…</p>}
      <figcaption>
        <ul class="legend">
          {series.map(({ name, label: text }, i) => (
            <li key={name}>
              <span class="swatch" style={{ background: `var(--series-${(i % 8) + 1})` }} aria-hidden="true" />
              <span class="legend-name">{text ?? name}</span>
              <span class="legend-value">{last[i] ?? format(null)}</span>
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

function data({ store, series }: LineChartProps): uPlot.AlignedData {
  return store.aligned(series.map(({ name }) => name)) as uPlot.AlignedData;
}

function options(
  { series, format, tick: beside = format, height = 200, span, area = false, min = 0 }: LineChartProps,
  width: number,
): uPlot.Options {
  const muted = colour('--muted');
  const line = colour('--line');
  const font = `11px ${getComputedStyle(document.documentElement).fontFamily}`;
  const grid = { stroke: line, width: 1 };
  const common: uPlot.Axis = { stroke: muted, font, ticks: { show: false } };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    padding: [8, 28, 0, 0],
    scales: {
      x: { range: ({ data: [xs] }) => times(xs, span) },
      y: { range: (_, least, most) => range(least, most, min) },
    },
    axes: [
      {
        ...common,
        grid: { show: false },
        space: 80,
        size: 32,
        gap: 9,
        values: (_, ticks) => ticks.map((tick) => time(tick * 1_000)),
      },
      { ...common, grid, space: 36, size: 64, values: (_, ticks) => ticks.map((tick) => beside(tick)) },
    ],
    series: [
      {},
      ...series.map(({ name, label }, i) => {
        const stroke = colour(`--series-${(i % 8) + 1}`);
        return {
          label: label ?? name,
          stroke,
          width: STROKE,
          // So few that lines alone would hide them.
          points: { show: (_: uPlot, __: number, first: number, last: number) => last - first < FEW, size: 5 },
          ...(area ? { fill: stroke.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.12)') } : {}),
        };
      }),
    ],
  };
}

const FEW = 30;
/** From so many on a line is as thin as a pixel, clearer and without a GPU a quarter of the cost, and drawn half as often. */
const MANY = 150;
const STROKE = 1.75;
const THIN = 1;

/** How much there is, for those who do not see it. */
function described(xs: ArrayLike<number> = []): string {
  return xs.length === 0
    ? 'No points yet'
    : `${number(xs.length)} points from ${time((xs[0] as number) * 1_000)} to ${time((xs[xs.length - 1] as number) * 1_000)}`;
}

/** Up to the newest point, as much as there is of what it may be; never so little that two points are far apart. */
function times(xs: ArrayLike<number>, most?: number): [number, number] {
  const newest = xs[xs.length - 1] ?? Date.now() / 1_000;
  const seconds = newest - (xs[0] ?? newest);
  const span = most === undefined ? Math.max(60, seconds) : Math.min(most, Math.max(most / 4, seconds));
  return [newest - span, newest];
}

/** A little room above; never an axis of no height. */
function range(least: number | null, most: number | null, min: number | null): [number, number] {
  const bottom = Math.min(least ?? 0, min ?? least ?? 0);
  const top = most ?? 1;
  return [bottom, top > bottom ? top + (top - bottom) * 0.08 : bottom + 1];
}
