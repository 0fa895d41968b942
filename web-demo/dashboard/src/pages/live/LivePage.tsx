import { useMemo, useRef, useState } from 'preact/hooks';
import { charted, LineChart, SeriesStore } from '../../charts';
import { Button, Empty, Page, Panel, Stat } from '../../components';
import { type Row, useFrameState, useLatestRows, useQuery } from '../../connection';
import { number, rate, rateTick, time } from '../../format';
import { href, navigate, useRoute } from '../../shell/route';
import { FleetList } from './FleetList';
import { FleetMap } from './FleetMap';
import './live.css';
import { FLEET, POSITIONS, RATE, ROUTES, WINDOWS, windowsOf } from './queries';
import { RouteCharts, RouteStores } from './RouteCharts';
import { busiest } from './ranking';
import { addSpeeds, SpeedPanel } from './SpeedPanel';
import { useSelection } from './selection';
import { CHART_HEIGHT, endOf, PANEL_HEIGHT } from './shown';
import { useFleet } from './useFleet';

/** Series that can be told apart at a glance; a route that was charted stays while it is among the first so many. */
const CHARTED = 7;
const KEPT = 24;

export default function LivePage() {
  const [attempt, setAttempt] = useState(0);
  return <Live key={attempt} again={() => setAttempt(attempt + 1)} />;
}

function Live({ again }: { again: () => void }) {
  const { params } = useRoute();
  const windows = windowsOf(params.get('windows'));
  const [selection, select] = useSelection();
  const live = useFleet();

  const rates = useMemo(() => new SeriesStore(320, 1, 2_500), []);
  const rateState = useQuery(RATE, {
    onRows: (rows) => {
      for (const row of rows) {
        rates.set('reports', endOf(row), Number(row.reports));
      }
    },
    onRestart: () => rates.clear(),
  });

  const speeds = useMemo(() => new SeriesStore(90, 2, 60_000), []);
  const [whole, setWhole] = useFrameState<Row>({});
  // As it is shown: it moves ten times a second, and is seen to once.
  const [through, setThrough] = useFrameState(time(null));
  const fleetState = useQuery(FLEET, {
    onRows: (rows) => {
      addSpeeds(speeds, rows);
      setWhole(() => rows.at(-1) as Row);
    },
    onUpdates: (rows) => {
      addSpeeds(speeds, rows);
      // Until a window is whole, the first one as far as it is.
      setWhole((old) => (old.final === false || old.window_end === undefined ? { ...rows.at(-1), final: false } : old));
    },
    onWatermark: ({ watermark }) => setThrough(() => time(watermark)),
    onRestart: () => speeds.clear(),
  });

  const stores = useMemo(() => new RouteStores(90, 256, 60_000), []);
  const { rows, state: routesState } = useLatestRows(ROUTES, (row) => String(row.route), {
    onRows: (final) => stores.take(final),
    onUpdates: (early) => stores.takeEarly(early),
    onRestart: () => stores.clear(),
  });
  const routes = useMemo(() => busiest(rows), [rows]);
  const shown = useRef<string[]>([]);
  shown.current = charted(
    shown.current,
    routes.map((row) => String(row.route)),
    CHARTED,
    KEPT,
  );

  if (rateState.problem?.code === 'QUERY_UNKNOWN_TABLE') {
    return <NoBuses again={again} />;
  }
  return (
    <Page
      title="Live"
      about="Buses of Austin on the road now, drawn from nothing but their own reports."
      controls={<WindowChoice chosen={windows.key} />}
    >
      <dl class="stats">
        <Stat label="Buses reporting" value={number(whole.buses as number | undefined)} note="in 10 s" />
        <Stat label="Reports" value={rate(perSecond(whole))} note="in 10 s" />
        <Stat label="Routes" value={number(live.summary.routes || null)} note="on the map" />
        <Stat
          label="Average speed"
          value={number(whole.avg_kmh as number | undefined, 1, 'km/h')}
          note="of all reports"
        />
        <Stat
          label="95 % drive at most"
          value={number(whole.p95_kmh as number | undefined, 1, 'km/h')}
          note="of all reports"
        />
        <Stat label="Final through" value={through} note="event time" />
      </dl>
      <Panel
        title="Map"
        about="Each bus where it reported last, in the colour of its speed"
        query={POSITIONS}
        state={live.state.problem ? live.state : undefined}
        class="span-8"
      >
        <FleetMap {...live} selection={selection} onSelect={select} />
      </Panel>
      <Panel title="Fleet" about="Select what to see" query={ROUTES} state={routesState} height={500} class="span-4">
        <FleetList fleet={live.fleet} routes={routes} charted={shown.current} selection={selection} onSelect={select} />
      </Panel>
      <SpeedPanel selection={selection} onSelect={select} fleet={{ store: speeds, state: fleetState, query: FLEET }} />
      <Panel
        title="Rate"
        about="Reports per second, of all buses"
        query={RATE}
        state={rateState}
        height={PANEL_HEIGHT}
        class="span-6"
      >
        <LineChart
          label="Reports per second, over the last five minutes"
          store={rates}
          series={RATE_SERIES}
          format={rate}
          tick={rateTick}
          span={300}
          height={CHART_HEIGHT}
          area
        />
      </Panel>
      <RouteCharts routes={shown.current} windows={windows} usual={{ stores, state: routesState }} />
    </Page>
  );
}

const RATE_SERIES = [{ name: 'reports', label: 'Reports' }];

function WindowChoice({ chosen }: { chosen: string }) {
  const { params } = useRoute();
  const choose = (windows: string) => {
    const kept = { bus: params.get('bus') ?? undefined, route: params.get('route') ?? undefined };
    navigate('live', { ...kept, windows }, { replace: true });
  };
  return (
    <fieldset class="choice">
      <legend>Windows of the routes’ charts</legend>
      {WINDOWS.map(({ key, label }) => (
        <Button key={key} aria-pressed={key === chosen} onClick={() => choose(key)}>
          {label}
        </Button>
      ))}
    </fieldset>
  );
}

function NoBuses({ again }: { again: () => void }) {
  return (
    <Page title="Live">
      <Panel title="No fleet" height={280}>
        <Empty>
          <h3>There is no stream called buses here</h3>
          <p>
            <code>deployment/sluice demo</code> puts 430 recorded buses on the road. Streams of your own are on the page{' '}
            <a href={href('streams')}>Streams</a>, and can be asked on <a href={href('ask')}>Ask</a>.
          </p>
          <p>
            <Button onClick={again}>Look again</Button>
          </p>
        </Empty>
      </Panel>
    </Page>
  );
}

function perSecond(row: Row): number | null {
  return row.window_end === undefined
    ? null
    : Number(row.reports) / ((endOf(row) - Date.parse(String(row.window_start))) / 1_000);
}
