/**
 * Which groups are charted: those that were stay, in their colours, while they are among the first `kept`; the first of the
 * others fill the places of those that left.
 */
export function charted(before: readonly string[], ranked: readonly string[], places: number, kept: number): string[] {
  const good = new Set(ranked.slice(0, kept));
  const free = ranked.filter((group) => !before.includes(group));
  const now = before.slice(0, places).map((group) => (good.has(group) ? group : (free.shift() ?? group)));
  while (now.length < places && free.length > 0) {
    now.push(free.shift() as string);
  }
  return now;
}
