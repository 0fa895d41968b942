import { useMemo } from 'preact/hooks';
import { LineChart, SeriesStore } from '../../charts';
import { Panel } from '../../components';
import { type QuerySpec, type QueryState, type Row, useQuery } from '../../connection';
import { rate, rateTick } from '../../format';
import { fine, ROUTES, type Windows } from './queries';
import { CHART_HEIGHT, endOf, kmh, PANEL_HEIGHT } from './shown';

/** Rate, average and 95th percentile of routes, over time. */
export class RouteStores {
  readonly rate: SeriesStore;
  readonly average: SeriesStore;
  readonly p95: SeriesStore;

  constructor(points: number, max: number, gapMs: number) {
    this.rate = new SeriesStore(points, max, gapMs);
    this.average = new SeriesStore(points, max, gapMs);
    this.p95 = new SeriesStore(points, max, gapMs);
  }

  /** Final rows. */
  take(rows: Row[]) {
    this.takeEarly(rows);
    for (const row of rows) {
      const end = endOf(row);
      const seconds = (end - Date.parse(String(row.window_start))) / 1_000;
      this.rate.set(String(row.route), end, Number(row.reports) / seconds);
    }
  }

  /** Final rows take their place. Of a window that has only begun nobody knows the rate. */
  takeEarly(rows: Row[]) {
    for (const row of rows) {
      const route = String(row.route);
      const end = endOf(row);
      this.average.set(route, end, row.avg_kmh as number | null);
      this.p95.set(route, end, row.p95_kmh as number | null);
    }
  }

  clear() {
    this.rate.clear();
    this.average.clear();
    this.p95.clear();
  }
}

interface Props {
  routes: readonly string[];
  windows: Windows;
  /** Of the windows that the table has too. */
  usual: { stores: RouteStores; state: QueryState };
}

/** Three charts of the same routes, in the same colours. */
export function RouteCharts({ routes, windows, usual }: Props) {
  const finer = useMemo(() => new RouteStores(windows.span * 12, 16, 30_000), [windows]);
  const query = fine(windows, routes);
  const state = useQuery(query, { onRows: (rows) => finer.take(rows), onRestart: () => finer.clear() });
  const shown = query ? { stores: finer, state, query } : { ...usual, query: ROUTES };
  const series = routes.map((name) => ({ name, label: name }));
  const about = `Per route, in windows of ${windows.label}`;
  const common = { about, query: shown.query as QuerySpec, state: shown.state };
  return (
    <>
      {CHARTS.map(({ title, of, format, tick }) => (
        <Panel key={title} title={title} {...common} height={PANEL_HEIGHT} class="span-4">
          <LineChart
            key={windows.key}
            label={`${title} of the busiest routes`}
            store={shown.stores[of]}
            series={series}
            format={format}
            tick={tick}
            span={windows.span}
            height={CHART_HEIGHT}
          />
        </Panel>
      ))}
    </>
  );
}

const CHARTS = [
  { title: 'Reports', of: 'rate', format: rate, tick: rateTick },
  { title: 'Average speed', of: 'average', format: kmh, tick: kmh },
  { title: '95th percentile of speed', of: 'p95', format: kmh, tick: kmh },
] as const;
