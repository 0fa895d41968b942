export { asProblem, isTransient, type Problem, ProblemError } from 'sluice-client';
export { api, keeping } from './client';
export type * from './demo';
export { demo } from './demo';
export type * from './flow';
export { allStatus } from './status';
export type * from './types';
