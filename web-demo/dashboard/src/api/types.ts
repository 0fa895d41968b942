/** As openapi.yaml has them. */

export type FieldType = 'STRING' | 'LONG' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP';

export interface Field {
  name: string;
  type: FieldType;
  nullable?: boolean;
  /** Of events that do not have it. */
  default?: string | number | boolean;
  /** Names that it had. */
  aliases?: string[];
}

/** What is sent to declare a stream. Durations are ISO 8601. */
export interface StreamDefinition {
  fields: Field[];
  key?: string;
  time?: string;
  id?: string;
  lateness?: string;
  dedupe?: string;
  partitions?: number;
  retention?: string;
  historical?: boolean;
  unknown?: 'reject' | 'ignore';
  'max-skew'?: string;
  'idle-timeout'?: string;
  'min-time'?: string;
  'max-time'?: string;
  topic?: string;
  values?: 'JSON' | 'AVRO';
  schema?: unknown;
}

/** A definition with its defaults. */
export interface Stream extends StreamDefinition {
  name: string;
  lateness: string;
  dedupe: string;
  partitions: number;
  retention: string;
  historical: boolean;
  unknown: 'reject' | 'ignore';
  'max-skew': string;
  'idle-timeout': string;
}

/** Null: cannot be told in time, because the log is away. */
export interface StreamStatus {
  created: string;
  generation: number;
  'schema-id': number;
  /** Of values in the log, in the order of their versions. */
  schemas: { id: number; version: number; since: string }[];
  rate: number | null;
  records: number | null;
  bytes: number | null;
  watermark: string | null;
  /** Dead letters that are there; null too for a view of a topic. */
  rejected: number | null;
}

export interface StreamWithStatus extends Stream {
  status: StreamStatus;
}

/** What is sent to define a view. */
export interface ViewDefinition {
  sql: string;
  late?: 'count' | 'dead-letter';
  retention?: string;
  table?: boolean;
  webhook?: Webhook;
  /** Name of the stream whose events its rows are too. */
  into?: string;
}

/** Who is told of each row. */
export interface Webhook {
  url: string;
  /** In no answer. */
  secret?: string;
  from?: string;
}

/** A definition with its defaults. */
export interface View extends Required<Omit<ViewDefinition, 'webhook' | 'into'>> {
  name: string;
  webhook?: Webhook;
  into?: string;
}

export type ViewKind = 'WINDOWED' | 'TOTAL' | 'DERIVED';

/** Null: cannot be told in time, because the log or the catalog is away. */
export interface ViewStatus {
  created: string;
  generation: number;
  kind: ViewKind;
  /** The stream or view that it reads. */
  source: string;
  topic: string;
  fields: Field[];
  state: 'running' | 'catching-up' | 'failing' | 'stopped' | null;
  /** Why it does not go on. */
  failure: { code: string; detail: string } | null;
  /** What is built to take its place. */
  building: ViewBuild | null;
  /** Processes that read for it. */
  instances: number | null;
  /** Records of its source that it has not read. */
  lag: number | null;
  watermark: string | null;
  /** Up to which its windows are closed. */
  closed: string | null;
  records: number | null;
  bytes: number | null;
  'dead-letters': number | null;
  /** Null: nobody is told. */
  webhook: {
    /** Records of its topic that it has not been told of. */
    lag: number | null;
    /** Why it did not take what it was told last. */
    failing: string | null;
  } | null;
  partitions: ViewPartition[] | null;
  accounting: Record<string, number> | null;
}

export interface ViewBuild {
  since: string;
  generation: number;
  sql: string;
  state: 'building' | 'failing' | 'stopped';
  lag: number | null;
  watermark: string | null;
  failure: { code: string; detail: string } | null;
}

export interface ViewPartition {
  partition: number;
  offset: number;
  lag: number;
  watermark: string | null;
}

export interface ViewWithStatus extends View {
  status: ViewStatus;
}

export interface Ack {
  frame: number;
  accepted: number;
  rejected: { index: number; code: string; field?: string; detail: string }[];
}

export interface SubscriberBuffer {
  overflow: 'buffer' | 'conflate' | 'drop-oldest';
  every: string;
  /** Bytes, as capacity and outbound are. */
  fill: number;
  capacity: number;
  outbound: number;
  /** Rows that the subscriber has missed. */
  dropped: number;
}

export interface Computation {
  started: string;
  state: 'live' | 'catching-up';
  'lag-events': number | null;
  'lag-seconds': number | null;
  watermark: string | null;
  accounting: Record<string, number>;
  rows: number;
  'rows-per-second': number;
  groups: number;
  'state-bytes': number;
  subscribers: number;
  buffers: SubscriberBuffer[];
}

export interface RunningQuery {
  id: string;
  sql: string;
  stream: string;
  window: string | null;
  emit: 'final' | 'changes';
  to: string | null;
  plan: Record<string, string>;
  computations: Computation[];
}

/** One step of EXPLAIN. */
export interface ExplainedStep {
  step: string;
  detail: string;
}

/** The whole answer to a question that ends. */
export interface Result {
  columns: { name: string; type: FieldType }[];
  rows: (string | number | boolean | null)[][];
  open: (string | number | boolean | null)[][];
  accounting: Record<string, number>;
}

/** A device that is connected and sends. */
export interface DeviceHere {
  connection: string;
  door: string;
  stream: string;
  address: string | null;
  client: string | null;
  subject: string;
  /** The key that all its events had. */
  device: string | null;
  since: string;
  'last-acked': number | null;
  events: number;
  bytes: number;
  'events-per-second': number;
  'bytes-per-second': number;
  credit: number;
  gateway: string;
}

export interface DevicesHere {
  time: string;
  gateways: number;
  /** Whether all of every gateway's are known. */
  complete: boolean;
  total: number;
  found: number;
  'events-per-second': number;
  'bytes-per-second': number;
  devices: DeviceHere[];
}

/** What was not taken as an event. What came is hostile: it is text to be shown, never markup. */
export interface DeadLetter {
  id: string;
  time: string;
  code: string;
  field?: string;
  detail: string;
  door: string;
  /** Its connection. */
  device?: string;
  /** The value of the stream's key field. */
  key?: string;
  frame?: number;
  index?: number;
  /** The record that it was, if it was in the log already. */
  record?: { topic: string; partition: number; offset: number; time: string };
  format: string;
  bytes?: number;
  text?: string;
  base64?: string;
  cut?: true;
}

export interface DeadLetterPage {
  letters: DeadLetter[];
  next: string | null;
  live: string | null;
  counts: { letters: number; codes: Record<string, number> };
}

/** What became of a replay. */
export interface Replayed {
  replayed: number;
  rejected: number;
  absent: number;
  codes: Record<string, number>;
  letters: { id: string; code: string; field?: string; detail: string }[];
}
