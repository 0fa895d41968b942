import { isPlace, Projection } from './projection';
import type { Shapes } from './shapes';
import { speedClass } from './speed';
import { Trail } from './trail';

export interface Report {
  bus: string;
  route: string | null;
  headsign: string | null;
  kmh: number;
  latitude: number;
  longitude: number;
  /** Milliseconds of the epoch. */
  ts: number;
}

export interface Bus extends Report {
  x: number;
  y: number;
  trail: Trail;
  speedClass: number;
  /** The frame's time (performance.now) from which on it glides here from where it was drawn. */
  since: number;
  fromX: number;
  fromY: number;
}

/** Nobody drives that far between two reports: the line would cross the town. Metres. */
export const LONGEST_STEP = 1_500;
const TRAIL = 10;
const GLIDE_MS = 900;

/** The buses by their newest reports; at most `max`: beyond, the one that has been silent for longest goes. */
export class Fleet {
  /** Grows with every change. */
  version = 0;
  readonly buses = new Map<string, Bus>();
  /** How far the reports' clock is ahead of ours, milliseconds: the ages of what is seen are of their clock. */
  private ahead: number | undefined;
  private projection: Projection | undefined;

  constructor(
    private readonly shapes: Shapes,
    private readonly max = 2_000,
  ) {}

  /** Of the first place that there was: one plane for all that is drawn. */
  project(latitude: number, longitude: number): { x: number; y: number } {
    this.projection ??= new Projection(latitude, longitude);
    return { x: this.projection.x(longitude), y: this.projection.y(latitude) };
  }

  /**
   * @param now performance.now
   * @returns whether it says something new: repeated and impossible reports do not
   */
  report(report: Report, now: number): boolean {
    if (!isPlace(report.latitude, report.longitude)) {
      return false;
    }
    const before = this.buses.get(report.bus);
    if (before && report.ts <= before.ts) {
      return false;
    }
    const { x, y } = this.project(report.latitude, report.longitude);
    const trail = before?.trail ?? new Trail(TRAIL);
    const bus: Bus = { ...report, x, y, trail, speedClass: speedClass(report.kmh), since: now, fromX: x, fromY: y };
    if (before) {
      if (Math.hypot(x - before.x, y - before.y) > LONGEST_STEP) {
        trail.clear();
      } else {
        // Of reports that came together the last step alone is seen.
        [bus.fromX, bus.fromY] = before.since === now ? [before.x, before.y] : seenAt(before, now);
        if (report.route && report.route === before.route) {
          this.shapes.add(report.route, before.x, before.y, x, y);
        }
      }
    }
    trail.push(x, y, report.ts, bus.speedClass);
    // At the end of the order: the first is who has been silent for longest.
    this.buses.delete(report.bus);
    this.buses.set(report.bus, bus);
    if (this.buses.size > this.max) {
      this.buses.delete(this.buses.keys().next().value as string);
    }
    this.version++;
    return true;
  }

  /** Told of the newest of reports that came together. Slowly, so that one wrong clock among many does not count. */
  heard(newest: number, now: number) {
    const ahead = newest - now;
    this.ahead = this.ahead === undefined ? ahead : this.ahead + (ahead - this.ahead) * 0.05;
  }

  /** What time it is by the reports' clock. */
  time(now: number): number {
    return now + (this.ahead ?? 0);
  }

  /** Lets those go that have said nothing since then. */
  forget(before: number) {
    for (const [name, bus] of this.buses) {
      if (bus.ts < before) {
        this.buses.delete(name);
        this.version++;
      }
    }
  }

  /** Whether any bus is still on its way to where it was reported. */
  moves(now: number): boolean {
    for (const bus of this.buses.values()) {
      if (now - bus.since < GLIDE_MS) {
        return true;
      }
    }
    return false;
  }

  /** The bus that is drawn there, or next to it within so many metres. */
  nearest(x: number, y: number, within: number, now: number): Bus | undefined {
    let found: Bus | undefined;
    let least = within;
    for (const bus of this.buses.values()) {
      const [busX, busY] = seenAt(bus, now);
      const distance = Math.hypot(busX - x, busY - y);
      if (distance <= least) {
        least = distance;
        found = bus;
      }
    }
    return found;
  }
}

/** Where a bus is drawn: it glides to its newest place. */
export function seenAt(bus: Bus, now: number): [number, number] {
  const t = Math.min(1, Math.max(0, (now - bus.since) / GLIDE_MS));
  const eased = t * (2 - t);
  return [bus.fromX + (bus.x - bus.fromX) * eased, bus.fromY + (bus.y - bus.fromY) * eased];
}
