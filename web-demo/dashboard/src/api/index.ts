export { api } from './client';
export type * from './demo';
export { demo } from './demo';
export type * from './flow';
export { asProblem, isTransient, type Problem, ProblemError } from './problem';
export type * from './types';
