/** Classes of speed, slowest first. The first are those that stand: they are drawn as rings. */
export const SPEEDS = [
  { from: Number.NEGATIVE_INFINITY, label: 'standing', token: '--speed-0' },
  { from: 1, label: 'to 15', token: '--speed-1' },
  { from: 15, label: 'to 30', token: '--speed-2' },
  { from: 30, label: 'to 50', token: '--speed-3' },
  { from: 50, label: 'to 80', token: '--speed-4' },
  { from: 80, label: 'above', token: '--speed-5' },
] as const;

/** Which class of {@link SPEEDS} a speed is of. */
export function speedClass(kmh: number): number {
  let at = SPEEDS.length - 1;
  while (at > 0 && !(kmh >= (SPEEDS[at] as { from: number }).from)) {
    at--;
  }
  return at;
}
