import { colour } from '../../../theme/theme';
import { type Bus, type Fleet, seenAt } from './fleet';
import type { Shapes } from './shapes';
import { SPEEDS } from './speed';
import type { View } from './view';

export interface Selection {
  bus?: string | undefined;
  route?: string | undefined;
}

/** The colours of the page's theme, as a canvas takes them. */
export interface Palette {
  speeds: string[];
  roads: string;
  chosen: string;
  surface: string;
  text: string;
}

export function palette(): Palette {
  return {
    speeds: SPEEDS.map(({ token }) => colour(token)),
    roads: colour('--roads'),
    chosen: colour('--accent'),
    surface: colour('--sunken'),
    text: colour('--text'),
  };
}

interface Line {
  colour: string;
  /** Pixels. */
  width: number;
  alpha: number;
  /** Steps drawn as one path: within a path what lies on itself does not add up, between paths it does. */
  perPath: number;
}

/** Steps `from` to `to`, faint: where many buses have gone they add up to roads. */
export function drawRoads(
  context: CanvasRenderingContext2D,
  view: View,
  shapes: Shapes,
  from: number,
  to: number,
  { roads }: Palette,
) {
  const line = { colour: roads, width: Math.min(4, 0.7 + view.scale * 16), alpha: 0.2, perPath: 64 };
  drawSteps(context, view, shapes, from, to, line);
}

/** One route's shape, above the others. */
export function drawRoute(
  context: CanvasRenderingContext2D,
  view: View,
  shapes: Shapes,
  route: string,
  { chosen }: Palette,
) {
  const width = Math.min(5, 1.6 + view.scale * 16);
  const line = { colour: chosen, width, alpha: 0.45, perPath: Number.POSITIVE_INFINITY };
  drawSteps(context, view, shapes, 0, shapes.added, line, route);
}

function drawSteps(
  context: CanvasRenderingContext2D,
  view: View,
  shapes: Shapes,
  from: number,
  to: number,
  { colour, width, alpha, perPath }: Line,
  route?: string,
) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineCap = 'round';
  context.globalAlpha = alpha;
  let inPath = 0;
  context.beginPath();
  shapes.each(
    from,
    to,
    (x1, y1, x2, y2) => {
      context.moveTo(view.toX(x1), view.toY(y1));
      context.lineTo(view.toX(x2), view.toY(y2));
      if (++inPath === perPath) {
        context.stroke();
        context.beginPath();
        inPath = 0;
      }
    },
    route,
  );
  context.stroke();
  context.globalAlpha = 1;
}

/** A trail fades in so many steps, over so long by the reports' clock. */
const FADES = [0.55, 0.34, 0.16];
const TRAIL_MS = 45_000;

/** Whether a bus is of what is selected; all are, if nothing is. */
function chosen(bus: Bus, selection: Selection): boolean {
  if (selection.bus !== undefined) {
    return bus.bus === selection.bus;
  }
  return selection.route === undefined || bus.route === selection.route;
}

/** How much is seen of what is not selected. */
const ASIDE = 0.28;

/** Where the buses have been lately, fading. Costs more than all the rest: drawn twice a second. */
export function drawTrails(
  context: CanvasRenderingContext2D,
  view: View,
  fleet: Fleet,
  at: number,
  time: number,
  { speeds }: Palette,
  selection: Selection,
) {
  context.lineWidth = Math.min(3, 1.4 + view.scale * 8);
  for (const wanted of [false, true]) {
    const paths = speeds.map(() => FADES.map(() => new Path2D()));
    for (const bus of fleet.buses.values()) {
      if (chosen(bus, selection) === wanted) {
        trace(view, bus, at, time, paths);
      }
    }
    paths.forEach((fades, speed) => {
      context.strokeStyle = speeds[speed] as string;
      fades.forEach((path, fade) => {
        context.globalAlpha = (FADES[fade] as number) * (wanted ? 1 : ASIDE);
        context.stroke(path);
      });
    });
  }
  context.globalAlpha = 1;
}

/** From the oldest place to where the bus is drawn now. */
function trace(view: View, bus: Bus, at: number, time: number, paths: Path2D[][]) {
  const { trail } = bus;
  const last = trail.size - 1;
  for (let i = 0; i < last; i++) {
    const age = (time - trail.time(i + 1)) / TRAIL_MS;
    if (age >= 1) {
      continue;
    }
    const fade = Math.min(FADES.length - 1, Math.max(0, Math.floor(age * FADES.length)));
    const path = (paths[trail.speedClass(i + 1)] as Path2D[])[fade] as Path2D;
    const [x, y] = i + 1 === last ? seenAt(bus, at) : [trail.x(i + 1), trail.y(i + 1)];
    path.moveTo(view.toX(trail.x(i)), view.toY(trail.y(i)));
    path.lineTo(view.toX(x), view.toY(y));
  }
}

/**
 * A dot of each class of speed, drawn once and then copied: hundreds of them ten times a second cost next to nothing. Pixel by
 * pixel, as what lies between pixels is resampled.
 */
export class Dots {
  private readonly sprites: ImageBitmap[];
  /** From a dot's middle to its picture's edge. */
  private readonly reach: number;

  constructor(
    view: View,
    { speeds, surface }: Palette,
    private readonly ratio: number,
  ) {
    const radius = Math.min(6, 2.8 + view.scale * 24);
    this.reach = Math.ceil((radius + 2) * ratio);
    this.sprites = speeds.map((speed, i) => {
      const sprite = new OffscreenCanvas(this.reach * 2, this.reach * 2);
      const context = sprite.getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.translate(this.reach, this.reach);
      context.scale(ratio, ratio);
      context.arc(0, 0, radius, 0, 2 * Math.PI);
      // Who stands is a ring: told apart without colours too.
      context.fillStyle = i === 0 ? surface : speed;
      context.strokeStyle = i === 0 ? speed : surface;
      context.lineWidth = 1.5;
      context.fill();
      context.stroke();
      return sprite.transferToImageBitmap();
    });
  }

  draw(
    context: CanvasRenderingContext2D,
    view: View,
    fleet: Fleet,
    at: number,
    { text }: Palette,
    selection: Selection,
  ) {
    const { reach, ratio } = this;
    const { width, height } = context.canvas;
    context.save();
    context.resetTransform();
    context.imageSmoothingEnabled = false;
    for (const wanted of [false, true]) {
      context.globalAlpha = wanted ? 1 : ASIDE;
      for (const bus of fleet.buses.values()) {
        if (chosen(bus, selection) === wanted) {
          const [x, y] = seenAt(bus, at);
          const left = Math.round(view.toX(x) * ratio) - reach;
          const top = Math.round(view.toY(y) * ratio) - reach;
          if (left > -2 * reach && top > -2 * reach && left < width && top < height) {
            context.drawImage(this.sprites[bus.speedClass] as ImageBitmap, left, top);
          }
        }
      }
    }
    context.restore();
    const bus = selection.bus === undefined ? undefined : fleet.buses.get(selection.bus);
    if (bus) {
      const [x, y] = seenAt(bus, at);
      context.strokeStyle = text;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(view.toX(x), view.toY(y), reach / ratio + 4, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}
