import { type Problem, ProblemError, problemOf, type QuerySpec, unreachable } from 'sluice-client';
import { session } from '../session';
import type {
  Ack,
  DeadLetterPage,
  DevicesHere,
  ExplainedStep,
  Replayed,
  Result,
  RunningQuery,
  Stream,
  StreamDefinition,
  StreamWithStatus,
  View,
  ViewDefinition,
  ViewWithStatus,
} from './types';

/**
 * The doors of Sluice's API that answer at once; live queries go through the connection.
 * Every one throws {@link ProblemError}, also where there is no answer.
 */
export const api = {
  streams: async (signal?: AbortSignal) =>
    (await json<{ streams: Stream[] }>('GET', '/v1/streams', { signal })).streams,

  stream: (name: string, signal?: AbortSignal) => json<StreamWithStatus>('GET', stream(name), { signal }),

  declare: (name: string, definition: StreamDefinition) => json<Stream>('PUT', stream(name), { body: definition }),

  deleteStream: (name: string) => send('DELETE', stream(name)),

  sendEvents: (name: string, events: unknown[]) => json<Ack>('POST', `${stream(name)}/events`, { body: events }),

  deadLetters: (name: string, asked: URLSearchParams, signal?: AbortSignal) =>
    json<DeadLetterPage>('GET', letters(name, '', asked), { signal }),

  replayLetters: (name: string, selection: URLSearchParams) =>
    json<Replayed>('POST', letters(name, '/replay', selection)),

  deleteLetters: (name: string, selection: URLSearchParams) =>
    json<{ deleted: number }>('DELETE', letters(name, '', selection)),

  views: async (signal?: AbortSignal) => (await json<{ views: View[] }>('GET', '/v1/views', { signal })).views,

  view: (name: string, signal?: AbortSignal) => json<ViewWithStatus>('GET', view(name), { signal }),

  /** @param keep whether rows stay that the log has no more of, if it is built anew */
  define: (name: string, definition: ViewDefinition, keep = false) =>
    json<View>('PUT', `${view(name)}${keeping(keep)}`, { body: definition }),

  rebuild: (name: string, keep = false) => json<View>('POST', `${view(name)}/rebuild${keeping(keep)}`),

  cancelBuild: (name: string) => send('DELETE', `${view(name)}/build`),

  deleteView: (name: string) => send('DELETE', view(name)),

  queries: (of?: string, signal?: AbortSignal) =>
    json<{ running: number; queries: RunningQuery[] }>(
      'GET',
      `/v1/queries${of ? `?stream=${encodeURIComponent(of)}` : ''}`,
      {
        signal,
      },
    ),

  query: (id: string, signal?: AbortSignal) =>
    json<RunningQuery>('GET', `/v1/queries/${encodeURIComponent(id)}`, { signal }),

  /** Who is here; what is undefined is not asked for. */
  devices: (asked: Record<string, string | number | undefined>, signal?: AbortSignal) => {
    const given = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]]));
    return json<DevicesHere>('GET', `/v1/devices?${new URLSearchParams(given)}`, { signal });
  },

  deleteQuery: (id: string) => send('DELETE', `/v1/queries/${encodeURIComponent(id)}`),

  /** A question that ends (`to`, LIMIT), answered as a whole. */
  ask: (question: QuerySpec, signal?: AbortSignal) => json<Result>('POST', '/v1/query', { body: question, signal }),

  /**
   * What a question would do; runs nothing. A wrong one throws its problem, with its place. It is asked as a set of one,
   * whose answer is 200 also where the question is wrong: while one types most are, and a browser logs each 400.
   */
  explain: async ({ sql, ...question }: QuerySpec, signal?: AbortSignal): Promise<ExplainedStep[]> => {
    const queries = [{ ...question, id: 'explain', sql: `EXPLAIN\n${sql}` }];
    const response = await send('POST', '/v1/query', { body: { queries }, signal, accept: 'application/x-ndjson' });
    const events = (await response.text())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { row?: ExplainedStep; error?: Problem });
    const problem = events.find(({ error }) => error)?.error;
    if (problem) {
      // The line of EXPLAIN is none of the question's.
      throw new ProblemError(problem.line ? { ...problem, line: problem.line - 1 } : problem);
    }
    return events.flatMap(({ row }) => (row ? [{ step: row.step, detail: row.detail }] : []));
  },
};

interface Options {
  body?: unknown;
  signal?: AbortSignal | undefined;
  accept?: string;
}

function stream(name: string): string {
  return `/v1/streams/${encodeURIComponent(name)}`;
}

/** What a view's path ends with if its old rows are to stay. */
export function keeping(keep: boolean): string {
  return keep ? '?keep=true' : '';
}

function letters(name: string, more: string, asked: URLSearchParams): string {
  return `${stream(name)}/dead-letters${more}?${asked}`;
}

function view(name: string): string {
  return `/v1/views/${encodeURIComponent(name)}`;
}

export async function json<T>(method: string, path: string, options?: Options): Promise<T> {
  return (await (await send(method, path, options)).json()) as T;
}

async function send(
  method: string,
  path: string,
  { body, signal, accept = 'application/json' }: Options = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await session.fetch(path, {
      method,
      cache: 'no-store',
      headers: { Accept: accept, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') {
      throw thrown;
    }
    throw new ProblemError(unreachable());
  }
  if (!response.ok) {
    throw new ProblemError(await problemOf(response));
  }
  return response;
}
