import type { Row } from '../../connection';
import { number } from '../../format';

export const CHART_HEIGHT = 200;
/** With its legend: a chart's panel has its height before it has its chart. */
export const PANEL_HEIGHT = CHART_HEIGHT + 34;

export function kmh(value: number | null): string {
  return number(value, 0, 'km/h');
}

/** Of a windowed row, milliseconds of the epoch. */
export function endOf(row: Row): number {
  return Date.parse(String(row.window_end));
}
