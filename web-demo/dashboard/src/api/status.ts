import { ProblemError } from 'sluice-client';

/** A browser has six connections to a host. */
const AT_ONCE = 3;

/** Reads the status of each, some at a time; those that were deleted meanwhile are left out. */
export async function allStatus<T>(
  definitions: readonly { name: string }[],
  read: (name: string) => Promise<T>,
): Promise<T[]> {
  const found: T[] = [];
  for (let i = 0; i < definitions.length; i += AT_ONCE) {
    const some = await Promise.all(definitions.slice(i, i + AT_ONCE).map(({ name }) => unlessGone(read(name))));
    found.push(...some.filter((status) => status !== undefined));
  }
  return found;
}

async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.status === 404) {
      return undefined;
    }
    throw thrown;
  }
}
