export { api } from './client';
export { asProblem, isTransient, type Problem, ProblemError } from './problem';
export type * from './types';
