export { api, keeping } from './client';
export type * from './demo';
export { demo } from './demo';
export type * from './flow';
export { asProblem, isTransient, type Problem, ProblemError } from './problem';
export { allStatus } from './status';
export type * from './types';
