import type { ComponentChildren } from 'preact';
import { allStatus } from '../api';
import { type Column, DataTable, Empty, Page, Panel, ProblemNote } from '../components';
import { usePolled, WAITING } from '../connection';
import { number } from '../format';
import { href } from '../shell/route';

const EVERY_MS = 3_000;
/** Whose figures are asked for; of more, the definitions alone would be a page of their own. */
const MOST = 100;

/** The first of all there are. */
export interface Listed<Row> {
  rows: Row[];
  /** Those that are not among them. */
  more: number;
}

interface Props<Row> {
  of: 'streams' | 'views';
  about: string;
  /** What makes one: its words, and the parameter of the page's address that leads there. */
  add: { label: string; param: 'declare' | 'define' };
  load: (signal: AbortSignal) => Promise<Listed<Row>>;
  columns: Column<Row>[];
  nameOf: (row: Row) => string;
  /** Half a sentence about them all. */
  note: string;
  /** What is said while there is none. */
  none: ComponentChildren;
}

/** All streams, or all views: how each is doing, asked again and again. */
export function AllOf<Row>({ of, about, add, load, columns, nameOf, note, none }: Props<Row>) {
  const { value, problem } = usePolled(of, load, EVERY_MS);
  const table = value && (
    <DataTable
      caption={`${of === 'streams' ? 'Streams' : 'Views'} and their figures`}
      columns={columns}
      rows={value.rows}
      rowKey={nameOf}
      max={MOST}
    />
  );
  return (
    <Page
      title={of === 'streams' ? 'Streams' : 'Views'}
      about={about}
      controls={
        <a class="button button-primary" href={href(of, { [add.param]: '' })}>
          {add.label}
        </a>
      }
    >
      {problem && <ProblemNote problem={problem} waits />}
      <Panel
        title={`All ${of}`}
        about={value && value.more > 0 ? `The first ${MOST} of ${number(MOST + value.more)}` : note}
        state={value ? undefined : WAITING}
        height={120}
      >
        {value?.rows.length === 0 ? <Empty>{none}</Empty> : table}
      </Panel>
    </Page>
  );
}

/** The column that leads to each. */
export function nameColumn<Row>(of: 'streams' | 'views', label: string, nameOf: (row: Row) => string): Column<Row> {
  return {
    key: 'name',
    label,
    cell: (row) => (
      <a class="row-name" title={nameOf(row)} href={href(`${of}/${encodeURIComponent(nameOf(row))}`)}>
        {nameOf(row)}
      </a>
    ),
  };
}

/** Reads the status of as many as a page shows. */
export async function listed<T>(
  definitions: readonly { name: string }[],
  read: (name: string) => Promise<T>,
): Promise<Listed<T>> {
  const shown = definitions.slice(0, MOST);
  return { rows: await allStatus(shown, read), more: definitions.length - shown.length };
}
