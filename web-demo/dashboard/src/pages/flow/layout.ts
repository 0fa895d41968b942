import type { StageName } from '../../api';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Layout {
  width: number;
  height: number;
  /** Whether the way goes down the page, not across it. */
  upright: boolean;
  stages: Record<StageName, Box>;
  /** As an SVG path each, by `from to`. */
  pipes: Record<string, string>;
  /** Where data comes in, and where it leaves. */
  inlet: string;
  outlet: string;
  /** Where demand is held: between the doors and the budget. */
  gate: { x: number; y: number };
}

/** Room for a stage's name, rate and latency. */
export const HEAD = 66;
export const TANK = 46;
export const TANK_GAP = 6;
const PAD = 8;
/** Below this many pixels the way goes down the page. */
export const UPRIGHT_BELOW = 800;

/** Stages side by side; the two ways from the log to the queries stand above each other. */
const COLUMNS: StageName[][] = [
  ['doors-in'],
  ['ingest'],
  ['log'],
  ['tail', 'catch-up'],
  ['queries'],
  ['subscribers'],
  ['doors-out'],
];

const LINKS: [StageName, StageName][] = [
  ['doors-in', 'ingest'],
  ['ingest', 'log'],
  ['log', 'tail'],
  ['log', 'catch-up'],
  ['tail', 'queries'],
  ['catch-up', 'queries'],
  ['queries', 'subscribers'],
  ['subscribers', 'doors-out'],
];

/** Where everything stands in so many pixels. @param tanks how many tanks each stage has */
export function layout(width: number, tanks: Record<StageName, number>): Layout {
  return width < UPRIGHT_BELOW ? upright(width, tanks) : across(width, tanks);
}

/** Tanks of a stage, below its head; side by side where the stage is wide. */
export function tankBoxes({ x, y, width }: Box, count: number): Box[] {
  const columns = perRow(width);
  const each = (width - 2 * PAD - (columns - 1) * TANK_GAP) / columns;
  return Array.from({ length: count }, (_, i) => ({
    x: x + PAD + (i % columns) * (each + TANK_GAP),
    y: y + HEAD + Math.floor(i / columns) * (TANK + TANK_GAP),
    width: each,
    height: TANK,
  }));
}

function perRow(width: number): number {
  return Math.max(1, Math.floor((width - 2 * PAD + TANK_GAP) / (100 + TANK_GAP)));
}

function heightOf(width: number, tanks: number): number {
  const rows = Math.ceil(tanks / perRow(width));
  return HEAD + (rows === 0 ? 0 : rows * (TANK + TANK_GAP) - TANK_GAP + PAD);
}

function across(width: number, tanks: Record<StageName, number>): Layout {
  const gap = Math.max(26, Math.min(56, width * 0.03));
  const end = 18;
  const each = (width - 2 * end - (COLUMNS.length - 1) * gap) / COLUMNS.length;
  const between = 22;
  const columnHeights = COLUMNS.map(
    (column) => column.reduce((sum, stage) => sum + heightOf(each, tanks[stage]), 0) + (column.length - 1) * between,
  );
  const height = Math.max(...columnHeights);
  const stages = {} as Record<StageName, Box>;
  COLUMNS.forEach((column, i) => {
    let y = (height - (columnHeights[i] as number)) / 2;
    for (const stage of column) {
      const box = { x: end + i * (each + gap), y, width: each, height: heightOf(each, tanks[stage]) };
      stages[stage] = box;
      y += box.height + between;
    }
  });
  const pipes = Object.fromEntries(
    LINKS.map(([from, to]) => {
      const a = stages[from];
      const b = stages[to];
      return [`${from} ${to}`, bend(a.x + a.width, middle(a), b.x, middle(b))];
    }),
  );
  const first = stages['doors-in'];
  const last = stages['doors-out'];
  return {
    width,
    height,
    upright: false,
    stages,
    pipes,
    inlet: bend(0, middle(first), first.x, middle(first)),
    outlet: bend(last.x + last.width, middle(last), width, middle(last)),
    gate: { x: (first.x + first.width + stages.ingest.x) / 2, y: height / 2 },
  };
}

function upright(width: number, tanks: Record<StageName, number>): Layout {
  const gap = 26;
  const end = 16;
  const stages = {} as Record<StageName, Box>;
  let y = end;
  for (const row of COLUMNS) {
    const beside = 10;
    const each = (width - (row.length - 1) * beside) / row.length;
    const height = Math.max(...row.map((stage) => heightOf(each, tanks[stage])));
    row.forEach((stage, i) => {
      stages[stage] = { x: i * (each + beside), y, width: each, height };
    });
    y += height + gap;
  }
  const height = y - gap + end;
  const pipes = Object.fromEntries(
    LINKS.map(([from, to]) => {
      const a = stages[from];
      const b = stages[to];
      // Where the two overlap: straight down.
      const x = a.width < b.width ? centre(a) : centre(b);
      return [`${from} ${to}`, `M${x} ${a.y + a.height}V${b.y}`];
    }),
  );
  return {
    width,
    height,
    upright: true,
    stages,
    pipes,
    inlet: `M${width / 2} 0V${end}`,
    outlet: `M${width / 2} ${height - end}V${height}`,
    gate: { x: width / 2, y: (stages['doors-in'].y + stages['doors-in'].height + stages.ingest.y) / 2 },
  };
}

function bend(x0: number, y0: number, x1: number, y1: number): string {
  const half = (x0 + x1) / 2;
  return y0 === y1 ? `M${x0} ${y0}H${x1}` : `M${x0} ${y0}C${half} ${y0} ${half} ${y1} ${x1} ${y1}`;
}

function middle({ y, height }: Box): number {
  return y + height / 2;
}

function centre({ x, width }: Box): number {
  return x + width / 2;
}
