import { bytes, compact, duration, number } from '../../format';

/** So many of a unit, in words; short where there is no room, then without the unit. */
export function amount(value: number, unit: string | null, brief = false): string {
  if (unit === 'bytes') {
    return bytes(value);
  }
  if (unit === 'ms') {
    return duration(value);
  }
  return brief ? compact(value) : number(value, 0, value === 1 ? singular(unit ?? '') : (unit ?? ''));
}

/** Of the flow's units: `frames`, `queries`. */
function singular(unit: string): string {
  return unit.replace(/ies$/, 'y').replace(/s$/, '');
}

export function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
