import { useMemo, useState } from 'preact/hooks';
import { type QueryState, type Row, useQuery, useThrottled } from '../../connection';
import { Fleet, LONGEST_STEP } from './map/fleet';
import { isPlace } from './map/projection';
import { Shapes } from './map/shapes';
import { POSITIONS, TRACKS } from './queries';

/** Of a bus that has said nothing for so long nobody knows where it is. */
const FORGOTTEN_MS = 180_000;

export interface LiveFleet {
  fleet: Fleet;
  shapes: Shapes;
  state: QueryState;
  /** What there is, told once a second. */
  summary: { buses: number; routes: number; steps: number };
}

/** The fleet as its reports come: kept beside the components, which are told once a second that it has changed. */
export function useFleet(): LiveFleet {
  const shapes = useMemo(() => new Shapes(), []);
  const fleet = useMemo(() => new Fleet(shapes), []);
  const [summary, setSummary] = useState({ buses: 0, routes: 0, steps: 0 });
  const sum = useThrottled(() => {
    fleet.forget(fleet.time(performance.now()) - FORGOTTEN_MS);
    const routes = new Set<string>();
    for (const { route } of fleet.buses.values()) {
      if (route !== null) {
        routes.add(route);
      }
    }
    setSummary({ buses: fleet.buses.size, routes: routes.size, steps: shapes.size });
  }, 1_000);

  const state = useQuery(POSITIONS, {
    onRows: (rows) => {
      const now = performance.now();
      let newest = 0;
      for (const row of rows) {
        const ts = Date.parse(String(row.ts));
        newest = Math.max(newest, ts);
        fleet.report(
          {
            bus: String(row.bus),
            route: row.route as string | null,
            headsign: row.headsign as string | null,
            kmh: Number(row.kmh),
            latitude: Number(row.latitude),
            longitude: Number(row.longitude),
            ts,
          },
          now,
        );
      }
      fleet.heard(newest, now);
      sum();
    },
  });
  useQuery(TRACKS, {
    onRows: (rows) => {
      for (const row of rows) {
        addTrack(fleet, shapes, row);
      }
      sum();
    },
  });
  return { fleet, shapes, state, summary };
}

/** A bus's places on a route, in their order. */
export function addTrack(fleet: Fleet, shapes: Shapes, row: Row) {
  const latitudes = JSON.parse(String(row.latitudes)) as number[];
  const longitudes = JSON.parse(String(row.longitudes)) as number[];
  let before: { x: number; y: number } | undefined;
  latitudes.forEach((latitude, i) => {
    const longitude = longitudes[i] as number;
    if (!isPlace(latitude, longitude)) {
      return;
    }
    const here = fleet.project(latitude, longitude);
    if (before && Math.hypot(here.x - before.x, here.y - before.y) <= LONGEST_STEP) {
      shapes.add(String(row.route), before.x, before.y, here.x, here.y);
    }
    before = here;
  });
}
