import type { ComponentChildren } from 'preact';
import './table.css';

export interface Column<T> {
  key: string;
  label: ComponentChildren;
  /** Numbers stand at the end, so that their digits line up. */
  align?: 'start' | 'end';
  /** Not shown where there is little room. */
  wide?: boolean;
  cell: (row: T) => ComponentChildren;
}

interface Props<T> {
  /** What it lists, for those who do not see the heading above. */
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T, index: number) => string;
  rowClass?: (row: T) => string;
  /** The most rows that are shown; below it is said how many are not. */
  max?: number;
  /** Pixels from which on it scrolls. */
  height?: number;
}

/** Rows and columns; as many rows as are given, at most `max`. */
export function DataTable<T>({ caption, columns, rows, rowKey, rowClass, max = 200, height }: Props<T>) {
  const kept = rows.length > max ? rows.slice(0, max) : rows;
  return (
    <section
      class="table-scroll"
      style={{ maxHeight: height ? `${height}px` : undefined }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
      tabIndex={0}
      aria-label={caption}
    >
      <table class="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ key, label, align, wide }) => (
              <th key={key} scope="col" class={cellClass(align, wide)}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kept.map((row, index) => (
            <tr key={rowKey(row, index)} class={rowClass?.(row) ?? ''}>
              {columns.map(({ key, align, wide, cell }) => (
                <td key={key} class={cellClass(align, wide)}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > max && (
        <p class="table-more">
          {max} of {rows.length} are shown.
        </p>
      )}
    </section>
  );
}

function cellClass(align: 'start' | 'end' = 'start', wide = false): string {
  return `${align === 'end' ? 'end' : ''} ${wide ? 'wide' : ''}`;
}
