/** What went wrong and what to do about it (RFC 9457), as every door of Sluice answers it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** Stable: see problems.md. */
  code: string;
  detail: string;
  /** In the SQL, from 1. */
  line?: number;
  /** In the SQL, from 1. */
  column?: number;
  field?: string;
  reasons?: Record<string, string>;
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
  }

  get code(): string {
    return this.problem.code;
  }
}

/** Whether the same may go well a little later: the server, Kafka or the way there is away, or full. */
export function isTransient(problem: Problem): boolean {
  return problem.status >= 500 || problem.status === 429;
}

/** Whether an answer ended because its token did: the next may be good, and is refused as a request if it is not. */
export function hasExpired(problem: Problem): boolean {
  return problem.status === 401;
}

/** A problem of ours, where no server could say one. */
export function localProblem(code: string, title: string, detail: string): Problem {
  return { type: 'about:blank', title, status: 503, code, detail };
}

/** The answer's problem document, or one that says what came instead. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '');
  try {
    const body: unknown = JSON.parse(text);
    if (isProblem(body)) {
      return body;
    }
  } catch {
    // Not JSON: a proxy's own page, say.
  }
  return {
    type: 'about:blank',
    title: response.statusText || 'Unexpected answer',
    status: response.status,
    code: `HTTP_${response.status}`,
    detail: `The server answered ${response.status} without saying why.`,
  };
}

function isProblem(value: unknown): value is Problem {
  const problem = value as Partial<Problem> | null;
  return typeof problem === 'object' && typeof problem?.code === 'string' && typeof problem.detail === 'string';
}

/** Whatever was thrown, as a problem to show. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) {
    return thrown.problem;
  }
  // What browsers say of a request that found nobody is `Failed to fetch`, or another few words each.
  return thrown instanceof TypeError
    ? unreachable()
    : localProblem('UNREACHABLE', 'No answer', thrown instanceof Error ? thrown.message : String(thrown));
}

/** Nobody answered. */
export function unreachable(): Problem {
  return localProblem('UNREACHABLE', 'No answer', 'Sluice does not answer. It goes on by itself when it does again.');
}
