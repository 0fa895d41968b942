/** Something drawn on a canvas. */
export interface Painter {
  /** Whether it would look different now. Asked ten times a second: cheap. */
  changed(now: number): boolean;
  paint(now: number): void;
}

const LOOK_MS = 100;

/**
 * Draws what has changed, and renders what was put off: at most ten times a second, everything in one frame, never in a hidden tab.
 * While nothing changes there are no frames at all.
 */
export class Painting {
  private readonly painters = new Set<Painter>();
  private readonly due = new Set<() => void>();
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

  /**
   * Does it once in the next frame that is drawn, a tenth of a second from now at most: what comes by itself, ten times a second
   * from ten sides, is to cost no frame of its own. Not for what follows a hand.
   */
  inFrame(act: () => void): () => void {
    const none = this.due.size === 0;
    this.due.add(act);
    if (none) {
      this.plan();
    }
    return () => this.due.delete(act);
  }

  /** In the next frame, as a hand on the mouse expects it, and not when the next tenth of a second is over. */
  soon() {
    if (this.frame === 0 && this.wanted()) {
      clearTimeout(this.timer);
      this.frame = requestAnimationFrame((now) => this.paint(now));
    }
  }

  private plan() {
    clearTimeout(this.timer);
    if (!this.wanted()) {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
    } else if (this.frame === 0) {
      this.timer = setTimeout(() => this.look(), Math.max(0, this.painted + LOOK_MS - performance.now()));
    }
  }

  private wanted(): boolean {
    return !document.hidden && this.painters.size + this.due.size > 0;
  }

  private look() {
    const now = performance.now();
    if (this.due.size > 0 || [...this.painters].some((painter) => painter.changed(now))) {
      this.soon();
    } else if (this.wanted()) {
      this.timer = setTimeout(() => this.look(), LOOK_MS);
    }
  }

  private paint(now: number) {
    this.frame = 0;
    this.painted = now;
    const due = [...this.due];
    this.due.clear();
    for (const act of due) {
      reported(act);
    }
    for (const painter of this.painters) {
      reported(() => painter.changed(now) && painter.paint(now));
    }
    this.plan();
  }
}

/** What fails harms nothing else of the frame. */
function reported(act: () => void) {
  try {
    act();
  } catch (thrown) {
    reportError(thrown);
  }
}

/** The page's only one. */
export const painting = new Painting();
