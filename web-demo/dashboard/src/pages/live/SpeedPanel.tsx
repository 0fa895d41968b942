import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { LineChart, SeriesStore } from '../../charts';
import { Button, Panel } from '../../components';
import { type QuerySpec, type QueryState, type Row, useQuery } from '../../connection';
import type { Selection } from './map/layers';
import { ofBus, ofRoute } from './queries';
import { CHART_HEIGHT, endOf, kmh, PANEL_HEIGHT } from './shown';

interface Props {
  selection: Selection;
  onSelect: (to: Selection) => void;
  /** Of the whole fleet, where nothing is selected. */
  fleet: Shown;
}

/** The speed of what is selected: a bus, a route, or the whole fleet. */
export function SpeedPanel({ selection: { bus, route }, onSelect, fleet }: Props) {
  const clear = <Button onClick={() => onSelect({})}>Show all buses</Button>;
  if (bus !== undefined) {
    return <BusPanel key={bus} bus={bus} actions={clear} />;
  }
  if (route !== undefined) {
    return <RoutePanel key={route} route={route} actions={clear} />;
  }
  return (
    <Speeds
      title="Speed of all buses"
      about="In windows of 10 s; select a bus or a route for its own"
      series={SUMMARISED}
      {...fleet}
    />
  );
}

function BusPanel({ bus, actions }: { bus: string; actions: JSX.Element }) {
  const store = useMemo(() => new SeriesStore(600, 1), []);
  const query = ofBus(bus);
  const state = useQuery(query, {
    onRows: (rows) => {
      for (const row of rows) {
        store.set('kmh', Date.parse(String(row.ts)), row.kmh as number);
      }
    },
    onRestart: () => store.clear(),
  });
  const title = `Speed of bus ${bus}`;
  return (
    <Speeds title={title} about="At each of its reports" series={REPORTED} {...{ store, query, state, actions }} />
  );
}

function RoutePanel({ route, actions }: { route: string; actions: JSX.Element }) {
  const store = useMemo(() => new SeriesStore(90, 2, 60_000), []);
  const query = ofRoute(route);
  const take = (rows: Row[]) => addSpeeds(store, rows);
  const state = useQuery(query, { onRows: take, onUpdates: take, onRestart: () => store.clear() });
  const title = `Speed on route ${route}`;
  return <Speeds title={title} about="In windows of 10 s" series={SUMMARISED} {...{ store, query, state, actions }} />;
}

interface Shown {
  store: SeriesStore;
  state: QueryState;
  query: QuerySpec;
}

function Speeds({
  title,
  about,
  actions,
  series,
  store,
  state,
  query,
}: Shown & {
  title: string;
  about: string;
  actions?: JSX.Element;
  series: { name: string; label: string }[];
}) {
  return (
    <Panel
      title={title}
      about={about}
      actions={actions}
      query={query}
      state={state}
      height={PANEL_HEIGHT}
      class="span-6"
    >
      <LineChart label={title} store={store} series={series} format={kmh} span={600} height={CHART_HEIGHT} />
    </Panel>
  );
}

const REPORTED = [{ name: 'kmh', label: 'Reported' }];
const SUMMARISED = [
  { name: 'average', label: 'Average' },
  { name: 'p95', label: '95th percentile' },
];

/** Final or early: those of a window take each other's place. */
export function addSpeeds(store: SeriesStore, rows: Row[]) {
  for (const row of rows) {
    store.set('average', endOf(row), row.avg_kmh as number | null);
    store.set('p95', endOf(row), row.p95_kmh as number | null);
  }
}
