/** Something drawn on a canvas. */
export interface Painter {
  /** Whether it would look different now. Asked ten times a second: cheap. */
  changed(now: number): boolean;
  paint(now: number): void;
}

const LOOK_MS = 100;

/**
 * Draws what has changed: at most ten times a second, everything in one frame, never in a hidden tab. While nothing changes
 * there are no frames at all.
 */
export class Painting {
  private readonly painters = new Set<Painter>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private frame = 0;
  private painted = Number.NEGATIVE_INFINITY;

  constructor() {
    document.addEventListener('visibilitychange', () => this.plan());
  }

  add(painter: Painter): () => void {
    this.painters.add(painter);
    this.plan();
    return () => {
      this.painters.delete(painter);
      this.plan();
    };
  }

  /** In the next frame, as a hand on the mouse expects it, and not when the next tenth of a second is over. */
  soon() {
    if (this.frame === 0 && !document.hidden && this.painters.size > 0) {
      clearTimeout(this.timer);
      this.frame = requestAnimationFrame((now) => this.paint(now));
    }
  }

  private plan() {
    clearTimeout(this.timer);
    if (document.hidden || this.painters.size === 0) {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
    } else if (this.frame === 0) {
      this.timer = setTimeout(() => this.look(), Math.max(0, this.painted + LOOK_MS - performance.now()));
    }
  }

  private look() {
    const now = performance.now();
    if ([...this.painters].some((painter) => painter.changed(now))) {
      this.soon();
    } else {
      this.timer = setTimeout(() => this.look(), LOOK_MS);
    }
  }

  private paint(now: number) {
    this.frame = 0;
    this.painted = now;
    for (const painter of this.painters) {
      try {
        if (painter.changed(now)) {
          painter.paint(now);
        }
      } catch (thrown) {
        reportError(thrown);
      }
    }
    this.plan();
  }
}

/** The page's only one. */
export const painting = new Painting();
