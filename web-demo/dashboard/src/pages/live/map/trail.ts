/** A bus's newest places, as many as there is room for; the oldest goes first. */
export class Trail {
  size = 0;
  private readonly xs: Float64Array;
  private readonly ys: Float64Array;
  private readonly times: Float64Array;
  private readonly classes: Uint8Array;
  private next = 0;

  constructor(readonly capacity: number) {
    this.xs = new Float64Array(capacity);
    this.ys = new Float64Array(capacity);
    this.times = new Float64Array(capacity);
    this.classes = new Uint8Array(capacity);
  }

  push(x: number, y: number, time: number, speedClass: number) {
    this.xs[this.next] = x;
    this.ys[this.next] = y;
    this.times[this.next] = time;
    this.classes[this.next] = speedClass;
    this.next = (this.next + 1) % this.capacity;
    this.size = Math.min(this.size + 1, this.capacity);
  }

  clear() {
    this.size = 0;
  }

  /** @param i from 0, the oldest */
  x(i: number): number {
    return this.xs[this.place(i)] as number;
  }

  y(i: number): number {
    return this.ys[this.place(i)] as number;
  }

  time(i: number): number {
    return this.times[this.place(i)] as number;
  }

  speedClass(i: number): number {
    return this.classes[this.place(i)] as number;
  }

  private place(i: number): number {
    return (this.next - this.size + i + this.capacity) % this.capacity;
  }
}
