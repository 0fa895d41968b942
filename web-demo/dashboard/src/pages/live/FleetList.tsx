import type { ComponentChildren } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { Button, type Column, DataTable, Empty, Field } from '../../components';
import type { Row } from '../../connection';
import { locale, number } from '../../format';
import type { Bus, Fleet } from './map/fleet';
import type { Selection } from './map/layers';
import { SPEEDS } from './map/speed';
import { Ranking } from './ranking';

interface Props {
  fleet: Fleet;
  /** Busiest first. */
  routes: readonly Row[];
  /** Routes in the charts, in the order of their colours. */
  charted: readonly string[];
  selection: Selection;
  onSelect: (to: Selection) => void;
}

const SHOWN = 60;
const HEIGHT = 436;

/** All that the map shows, as tables: to select by the keyboard, and to be read out. */
export function FleetList({ fleet, routes, charted, selection, onSelect }: Props) {
  const [listed, setListed] = useState<'routes' | 'buses'>('routes');
  const [wanted, setWanted] = useState('');
  const sought = wanted.trim().toLowerCase();
  const table = useRef<HTMLDivElement>(null);
  const ranking = useMemo(() => new Ranking(), []);
  // What is pointed at, or has the keyboard's focus, does not run away.
  const held = table.current?.matches(':hover') || table.current?.querySelector(':focus-visible') != null;
  const settled = ranking.settled(routes, held);
  return (
    <>
      <div class="list-head">
        <fieldset class="choice">
          <legend class="visually-hidden">List</legend>
          {(['routes', 'buses'] as const).map((each) => (
            <Button key={each} aria-pressed={listed === each} onClick={() => setListed(each)}>
              {each === 'routes' ? 'Routes' : 'Buses'}
            </Button>
          ))}
        </fieldset>
        <Field label={listed === 'routes' ? 'Find a route' : 'Find a bus, its route or where it goes'}>
          {(control) => (
            <input
              {...control}
              type="search"
              value={wanted}
              onInput={(event) => setWanted(event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
      {listed === 'routes' ? (
        <div ref={table}>
          <DataTable
            caption="Top routes, by reports in the newest 10 seconds"
            columns={routeColumns(charted, selection, onSelect)}
            rows={settled.filter((row) => String(row.route).toLowerCase().includes(sought))}
            rowKey={(row) => String(row.route)}
            max={SHOWN}
            height={HEIGHT}
          />
        </div>
      ) : (
        <Buses buses={found(fleet, sought, selection.route)} selection={selection} onSelect={onSelect} />
      )}
    </>
  );
}

function Buses({ buses, selection, onSelect }: { buses: Bus[] } & Pick<Props, 'selection' | 'onSelect'>) {
  if (buses.length === 0) {
    return <Empty>No bus of that name or route has reported lately.</Empty>;
  }
  return (
    <DataTable
      caption={selection.route === undefined ? 'Buses' : `Buses of route ${selection.route}`}
      columns={busColumns(selection, onSelect)}
      rows={buses}
      rowKey={({ bus }) => bus}
      max={SHOWN}
      height={HEIGHT}
    />
  );
}

/** In an order that stays: what is about to be pressed does not run away. */
function found(fleet: Fleet, sought: string, route: string | undefined): Bus[] {
  return [...fleet.buses.values()]
    .filter(
      (bus) =>
        (route === undefined || bus.route === route) &&
        [bus.bus, bus.route, bus.headsign].some((text) => text?.toLowerCase().includes(sought)),
    )
    .sort((a, b) => a.bus.localeCompare(b.bus, locale, { numeric: true }));
}

function routeColumns(
  charted: readonly string[],
  selection: Selection,
  onSelect: (to: Selection) => void,
): Column<Row>[] {
  return [
    {
      key: 'route',
      label: 'Route',
      cell: (row) => {
        const route = String(row.route);
        const selected = selection.route === route;
        const place = charted.indexOf(route);
        return (
          <Pick label={`Route ${route}`} selected={selected} onPick={() => onSelect(selected ? {} : { route })}>
            <span
              class="swatch"
              style={{ background: place < 0 ? 'var(--line)' : `var(--series-${(place % 8) + 1})` }}
              aria-hidden="true"
            />
            {route}
          </Pick>
        );
      },
    },
    { key: 'reports', label: 'Reports', align: 'end', cell: (row) => number(row.reports as number) },
    { key: 'average', label: 'Average', align: 'end', cell: (row) => number(row.avg_kmh as number | null, 0, 'km/h') },
    { key: 'p95', label: '95 %', align: 'end', cell: (row) => number(row.p95_kmh as number | null, 0, 'km/h') },
  ];
}

function busColumns(selection: Selection, onSelect: (to: Selection) => void): Column<Bus>[] {
  return [
    {
      key: 'bus',
      label: 'Bus',
      cell: ({ bus, speedClass }) => {
        const selected = selection.bus === bus;
        return (
          <Pick label={`Bus ${bus}`} selected={selected} onPick={() => onSelect(selected ? {} : { bus })}>
            <span class="swatch" style={{ background: `var(${SPEEDS[speedClass]?.token})` }} aria-hidden="true" />
            {bus}
          </Pick>
        );
      },
    },
    { key: 'route', label: 'Route', align: 'end', cell: ({ route }) => route ?? '–' },
    { key: 'speed', label: 'Speed', align: 'end', cell: ({ kmh }) => number(kmh, 0, 'km/h') },
  ];
}

function Pick({
  label,
  selected,
  onPick,
  children,
}: {
  label: string;
  selected: boolean;
  onPick: () => void;
  children: ComponentChildren;
}) {
  return (
    <button type="button" class="pick" aria-label={label} aria-pressed={selected} onClick={onPick}>
      {children}
    </button>
  );
}
