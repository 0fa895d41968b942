import { json } from './client';

/** The demo's switches, as each answers them all. */
export interface Demo {
  fleet: {
    /** Times the usual. */
    speed: number;
    most: number;
    buses: number;
    connected: number;
    acked: number;
    /** Reports that the buses keep until they are acked. */
    buffered: number;
    dropped: number;
    rejected: number;
  };
  'stalled-subscriber': { present: boolean; sql: string };
  'kafka-pause': { paused: boolean; available: boolean; 'seconds-left': number; most: number };
}

/** There in `sluice demo` alone; elsewhere each throws a problem of status 404. */
export const demo = {
  state: (signal?: AbortSignal) => json<Demo>('GET', '/demo', { signal }),
  speed: (speed: number) => json<Demo>('POST', '/demo/fleet', { body: { speed } }),
  stall: () => json<Demo>('POST', '/demo/stalled-subscriber', { body: {} }),
  unstall: () => json<Demo>('DELETE', '/demo/stalled-subscriber'),
  pause: (seconds: number) => json<Demo>('POST', '/demo/kafka-pause', { body: { seconds } }),
  resume: () => json<Demo>('DELETE', '/demo/kafka-pause'),
};
