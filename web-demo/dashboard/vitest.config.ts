import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'happy-dom',
    // One document for all, which takes a fifth of the time: a test leaves nothing behind.
    isolate: false,
    pool: 'threads',
    restoreMocks: true,
    unstubGlobals: true,
  },
});
