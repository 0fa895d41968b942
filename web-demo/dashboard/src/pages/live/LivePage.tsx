import { useMemo, useState } from 'preact/hooks';
import { LineChart, SeriesStore } from '../../charts';
import { type Column, DataTable, Page, Panel, Stat } from '../../components';
import { type Row, useLatestRows, useQuery } from '../../connection';
import { number, rate, time } from '../../format';
import './live.css';
import { RATE, ROUTES } from './queries';

/** Series that can be told apart at a glance. */
const CHARTED = 5;
const SHOWN = 12;
const CHART_HEIGHT = 220;

export default function LivePage() {
  const rates = useMemo(() => new SeriesStore(320, 1, 2_500), []);
  const averages = useMemo(() => new SeriesStore(90, 256, 60_000), []);
  const percentiles = useMemo(() => new SeriesStore(90, 256, 60_000), []);
  const [chosen, setChosen] = useState<string[]>([]);
  const [watermark, setWatermark] = useState<string | null>(null);

  const rateState = useQuery(RATE, {
    onRows: (rows) => {
      for (const row of rows) {
        rates.set('reports', endOf(row), Number(row.reports));
      }
    },
    onWatermark: (progress) => setWatermark(progress.watermark),
    onRestart: () => rates.clear(),
  });
  const { rows, state } = useLatestRows(ROUTES, (row) => String(row.route), {
    onRows: (final) => {
      for (const row of final) {
        averages.set(String(row.route), endOf(row), row.avg_kmh as number | null);
        percentiles.set(String(row.route), endOf(row), row.p95_kmh as number | null);
      }
    },
    onRestart: () => {
      averages.clear();
      percentiles.clear();
    },
  });

  const routes = busiest(rows);
  const charted = chosen.length > 0 ? chosen : routes.slice(0, CHARTED).map(nameOf);
  const series = charted.map((name) => ({ name, label: `Route ${name}` }));
  const toggle = (name: string) =>
    setChosen(charted.includes(name) ? charted.filter((other) => other !== name) : [...charted, name].slice(-8));

  const reports = sum(routes, 'reports');
  const nothing = missing(rateState.problem?.code);
  return (
    <Page title="Live" about="Buses of Austin on the road now, as their reports come in.">
      <dl class="stats">
        <Stat label="Reports" value={rate(rates.last('reports'))} note="in the newest whole second" />
        <Stat label="Routes" value={number(routes.length || null)} note="in the newest 10 s" />
        <Stat label="Average speed" value={number(weighted(routes, reports), 1, 'km/h')} note="of all reports" />
        <Stat label="Final through" value={time(watermark)} note="event time" />
      </dl>
      <Panel
        title="Rate"
        about="Reports per second"
        query={RATE}
        state={rateState}
        empty={nothing}
        height={CHART_HEIGHT + 34}
        class="span-6"
      >
        <LineChart
          label="Reports per second, over the last five minutes"
          store={rates}
          series={RATE_SERIES}
          format={rate}
          span={300}
          height={CHART_HEIGHT}
          area
        />
      </Panel>
      <Panel
        title="Average speed"
        about="Per route, in windows of 10 s"
        query={ROUTES}
        state={state}
        height={CHART_HEIGHT + 34}
        class="span-6"
      >
        <LineChart
          label="Average speed of the chosen routes"
          store={averages}
          series={series}
          format={kmh}
          span={600}
          height={CHART_HEIGHT}
        />
      </Panel>
      <Panel
        title="Top routes"
        about="By reports; choose which are charted"
        query={ROUTES}
        state={state}
        height={404}
        class="span-6"
      >
        <DataTable
          caption="Top routes by reports in the newest 10 seconds"
          columns={columns(charted, toggle)}
          rows={routes.slice(0, SHOWN)}
          rowKey={nameOf}
        />
      </Panel>
      <Panel
        title="Fast buses"
        about="95th percentile of speed per route"
        query={ROUTES}
        state={state}
        height={404}
        class="span-6"
      >
        <LineChart
          label="95th percentile of the speed of the chosen routes"
          store={percentiles}
          series={series}
          format={kmh}
          span={600}
          height={CHART_HEIGHT + 130}
        />
      </Panel>
    </Page>
  );
}

const RATE_SERIES = [{ name: 'reports', label: 'Reports' }];

function kmh(value: number | null): string {
  return number(value, 0, 'km/h');
}

function columns(charted: string[], toggle: (name: string) => void): Column<Row>[] {
  return [
    {
      key: 'route',
      label: 'Route',
      cell: (row) => {
        const name = nameOf(row);
        const place = charted.indexOf(name);
        return (
          <label class="route-choice">
            <input
              type="checkbox"
              checked={place >= 0}
              onChange={() => toggle(name)}
              aria-label={`Chart route ${name}`}
            />
            <span
              class="swatch"
              style={{ background: place < 0 ? 'transparent' : `var(--series-${(place % 8) + 1})` }}
            />
            {name}
          </label>
        );
      },
    },
    { key: 'reports', label: 'Reports', align: 'end', cell: (row) => number(row.reports as number) },
    { key: 'average', label: 'Average', align: 'end', cell: (row) => number(row.avg_kmh as number | null, 1, 'km/h') },
    { key: 'p95', label: '95 %', align: 'end', cell: (row) => number(row.p95_kmh as number | null, 1, 'km/h') },
    { key: 'window', label: 'Window', align: 'end', wide: true, cell: (row) => time(String(row.window_start)) },
  ];
}

function missing(code: string | undefined) {
  return code === 'QUERY_UNKNOWN_TABLE'
    ? 'There is no stream called buses here. Start one with deployment/sluice demo.'
    : undefined;
}

function endOf(row: Row): number {
  return Date.parse(String(row.window_end));
}

function nameOf(row: Row): string {
  return String(row.route);
}

/** Routes of the newest window, or the one before it: of those that have gone home nothing is said. */
function busiest(rows: Row[]): Row[] {
  const newest = Math.max(...rows.map(endOf));
  return rows
    .filter((row) => endOf(row) >= newest - 10_000)
    .sort(
      (a, b) =>
        Number(b.reports) - Number(a.reports) || nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true }),
    );
}

function sum(rows: Row[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0);
}

function weighted(rows: Row[], reports: number): number | null {
  return reports === 0
    ? null
    : rows.reduce((total, row) => total + Number(row.avg_kmh) * Number(row.reports), 0) / reports;
}
