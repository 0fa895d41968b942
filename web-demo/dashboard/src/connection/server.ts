import type { Server } from './connection';

/** The gateway that this page came from. */
export const server: Server = {
  post: (body, signal) =>
    fetch('/v1/query', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body,
      signal,
      cache: 'no-store',
    }),
  probe: () => fetch('/actuator/health/liveness', { cache: 'no-store' }),
  random: Math.random,
};
