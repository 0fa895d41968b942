import { type Painter, painting } from '../../../painting/painting';
import { onColours } from '../../../theme/theme';
import type { Bus, Fleet } from './fleet';
import { Dots, drawRoads, drawRoute, drawTrails, type Palette, palette, type Selection } from './layers';
import type { Shapes } from './shapes';
import { bounds, View } from './view';

/** Steps of the base that are drawn at a time: a few milliseconds. */
const STEPS_AT_ONCE = 6_000;
/** Steps drawn above the others until all are drawn anew: else what lies on itself would add up for ever. */
const MOST_ABOVE = 20_000;
/** How near a pointer has to be, in pixels. */
const REACH = 12;

/** How often what lies below the buses is drawn. */
const GROUND_MS = 500;
/** More than come while nothing but new reports adds to the roads. */
const FEW_STEPS = 500;

const CALM = matchMedia('(prefers-reduced-motion: reduce)');

/** Canvas pixels to one of the page's; more than two are not seen. */
function ratio(): number {
  return Math.min(2, devicePixelRatio);
}

/** What a pointer is on. */
export type Hit = { bus: Bus; route?: never } | { route: string; bus?: never };

/**
 * The map: roads on one canvas, drawn a part at a time and kept while nothing moves the view; these and the trails on another,
 * drawn twice a second; these and the buses on the one that is seen, drawn while any bus moves. Shows all of the town until somebody
 * moves it.
 */
export class FleetCanvas implements Painter {
  readonly view = new View();
  private readonly roads = opaque(document.createElement('canvas'));
  private readonly ground = opaque(document.createElement('canvas'));
  private readonly seen: CanvasRenderingContext2D;
  private readonly stop: (() => void)[];
  private selection: Selection = {};
  private colours: Palette = palette();
  private held = false;
  private fitted = 0;
  private drawnView = -1;
  private drawnFleet = -1;
  private roadsBegun = 0;
  private roadsDrawn = 0;
  private groundDrawn = Number.NEGATIVE_INFINITY;
  private dots: Dots | undefined;
  private moved = true;

  constructor(
    private readonly place: HTMLElement,
    canvas: HTMLCanvasElement,
    private readonly fleet: Fleet,
    private readonly shapes: Shapes,
  ) {
    this.seen = opaque(canvas);
    const resized = new ResizeObserver(() => this.resize());
    resized.observe(place);
    this.resize();
    this.stop = [
      painting.add(this),
      () => resized.disconnect(),
      onColours(() => {
        this.colours = palette();
        this.redraw();
      }),
    ];
  }

  close() {
    for (const each of this.stop) {
      each();
    }
  }

  select(selection: Selection) {
    this.selection = selection;
    this.redraw();
  }

  pan(dx: number, dy: number) {
    this.held = true;
    this.view.pan(dx, dy);
    painting.soon();
  }

  zoom(factor: number, x?: number, y?: number) {
    this.held = true;
    this.view.zoom(factor, x, y);
    painting.soon();
  }

  /** All of the town again. */
  fit() {
    this.held = false;
    this.fitted = 0;
    painting.soon();
  }

  hit(x: number, y: number): Hit | undefined {
    const { view } = this;
    const metresX = view.fromX(x);
    const metresY = view.fromY(y);
    const reach = REACH / view.scale;
    const bus = this.fleet.nearest(metresX, metresY, reach, performance.now());
    if (bus) {
      return { bus };
    }
    const route = this.shapes.nearest(metresX, metresY, reach / 2);
    return route === undefined ? undefined : { route };
  }

  changed(now: number): boolean {
    return (
      this.moved ||
      this.view.version !== this.drawnView ||
      this.fleet.version !== this.drawnFleet ||
      this.roadsDrawn < this.shapes.added ||
      this.unfitted() ||
      (!CALM.matches && this.fleet.moves(now))
    );
  }

  paint(now: number) {
    if (this.unfitted()) {
      this.showAll();
    }
    if (this.view.version !== this.drawnView || this.roadsDrawn - this.roadsBegun > this.shapes.capacity + MOST_ABOVE) {
      this.drawnView = this.view.version;
      this.moved = true;
    }
    const { view, fleet, colours, selection } = this;
    // Where nothing is to move by itself, buses are at once where they are.
    const at = CALM.matches ? Number.MAX_SAFE_INTEGER : now;
    if (this.moved || !this.dots) {
      this.dots = new Dots(view, colours, ratio());
    }
    if (this.moved || now - this.groundDrawn >= GROUND_MS || this.shapes.added - this.roadsDrawn > FEW_STEPS) {
      this.groundDrawn = now;
      this.paintRoads();
      copy(this.roads, this.ground);
      drawTrails(this.ground, view, fleet, at, fleet.time(now), colours, selection);
    }
    copy(this.ground, this.seen);
    this.dots.draw(this.seen, view, fleet, at, colours, selection);
    this.drawnFleet = fleet.version;
  }

  private paintRoads() {
    const { view, shapes } = this;
    if (this.moved) {
      this.moved = false;
      this.roads.fillStyle = this.colours.surface;
      this.roads.fillRect(0, 0, view.width, view.height);
      this.roadsBegun = this.roadsDrawn = Math.max(0, shapes.added - shapes.capacity);
      if (this.selection.route !== undefined) {
        drawRoute(this.roads, view, shapes, this.selection.route, this.colours);
      }
    }
    const to = Math.min(shapes.added, this.roadsDrawn + STEPS_AT_ONCE);
    if (to > this.roadsDrawn) {
      drawRoads(this.roads, view, shapes, this.roadsDrawn, to, this.colours);
      this.roadsDrawn = to;
    }
    if (shapes.added - to > FEW_STEPS) {
      // The rest in the next frame.
      queueMicrotask(() => painting.soon());
    }
  }

  /** While nobody has moved it, and there is twice as much to show as when it was fitted. */
  private unfitted(): boolean {
    return !this.held && this.fleet.buses.size + this.shapes.size > this.fitted * 2;
  }

  private showAll() {
    const xs: number[] = [];
    const ys: number[] = [];
    for (const { x, y } of this.fleet.buses.values()) {
      xs.push(x);
      ys.push(y);
    }
    this.fitted = this.fleet.buses.size + this.shapes.size;
    const all = bounds(xs, ys);
    if (all) {
      this.view.fit(all);
    }
  }

  private redraw() {
    this.moved = true;
    painting.soon();
  }

  private resize() {
    const { clientWidth: width, clientHeight: height } = this.place;
    const pixels = ratio();
    for (const context of [this.roads, this.ground, this.seen]) {
      // One without pixels cannot be copied.
      context.canvas.width = Math.max(1, Math.round(width * pixels));
      context.canvas.height = Math.max(1, Math.round(height * pixels));
      context.setTransform(pixels, 0, 0, pixels, 0, 0);
    }
    // As many as it has: one that is stretched, be it by a third of a pixel, is resampled in every frame.
    const { canvas } = this.seen;
    canvas.style.width = `${canvas.width / pixels}px`;
    canvas.style.height = `${canvas.height / pixels}px`;
    // Empty it is black.
    this.seen.fillStyle = this.colours.surface;
    this.seen.fillRect(0, 0, width, height);
    this.view.resize(width, height);
    this.fitted = this.held ? this.fitted : 0;
    painting.soon();
  }
}

/** Nothing below it is seen, and so nothing below it need be drawn. */
function opaque(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  return canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D;
}

/** Pixel by pixel, to one of the same size. */
function copy(from: CanvasRenderingContext2D, to: CanvasRenderingContext2D) {
  const transform = to.getTransform();
  to.resetTransform();
  to.drawImage(from.canvas, 0, 0);
  to.setTransform(transform);
}
