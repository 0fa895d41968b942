export interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Pixels per metre: from a country to a street. */
const FARTHEST = 0.000_2;
const NEAREST = 1;

/** Which part of the plane (metres) is seen in a rectangle of pixels. */
export class View {
  /** Grows with every change. */
  version = 0;
  scale = 0.01;
  width = 1;
  height = 1;
  private x = 0;
  private y = 0;

  toX(metres: number): number {
    return (metres - this.x) * this.scale + this.width / 2;
  }

  toY(metres: number): number {
    return (metres - this.y) * this.scale + this.height / 2;
  }

  fromX(pixel: number): number {
    return (pixel - this.width / 2) / this.scale + this.x;
  }

  fromY(pixel: number): number {
    return (pixel - this.height / 2) / this.scale + this.y;
  }

  resize(width: number, height: number) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.version++;
  }

  /** By pixels: what is seen moves with them. */
  pan(dx: number, dy: number) {
    this.x -= dx / this.scale;
    this.y -= dy / this.scale;
    this.version++;
  }

  /** What is at that pixel stays there. */
  zoom(factor: number, pixelX = this.width / 2, pixelY = this.height / 2) {
    const x = this.fromX(pixelX);
    const y = this.fromY(pixelY);
    this.scale = Math.min(NEAREST, Math.max(FARTHEST, this.scale * factor));
    this.x = x - (pixelX - this.width / 2) / this.scale;
    this.y = y - (pixelY - this.height / 2) / this.scale;
    this.version++;
  }

  centre(x: number, y: number) {
    this.x = x;
    this.y = y;
    this.version++;
  }

  /** All of it, with so many pixels around. */
  fit({ left, top, right, bottom }: Bounds, padding = 24) {
    const room = (pixels: number) => Math.max(1, pixels - 2 * padding);
    const scale = Math.min(room(this.width) / Math.max(1, right - left), room(this.height) / Math.max(1, bottom - top));
    this.scale = Math.min(NEAREST, Math.max(FARTHEST, scale));
    this.centre((left + right) / 2, (top + bottom) / 2);
  }
}

/** Where all but the outermost of the places are: one lost device does not make the town a dot. */
export function bounds(xs: readonly number[], ys: readonly number[], outermost = 0.01): Bounds | undefined {
  if (xs.length === 0) {
    return undefined;
  }
  const [left, right] = inner(xs, outermost);
  const [top, bottom] = inner(ys, outermost);
  return { left, top, right, bottom };
}

function inner(values: readonly number[], outermost: number): [number, number] {
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(sorted.length * outermost);
  return [sorted[cut] as number, sorted[sorted.length - 1 - cut] as number];
}
