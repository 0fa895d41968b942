import { defineConfig } from '@playwright/test';

/** Tests that do to Sluice what others would notice. */
const TROUBLE = 'trouble.spec.ts';

/** Run by e2e/run.mjs, which says where a browser is. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'target/e2e',
  // Most of a test is waiting: for windows that end, for somebody to be missed.
  workers: 2,
  projects: [
    { name: 'pages', testIgnore: TROUBLE, fullyParallel: true },
    // Once all others are done, one after the other.
    { name: 'trouble', testMatch: TROUBLE, dependencies: ['pages'] },
  ],
  forbidOnly: true,
  timeout: 180_000,
  // One thing broken breaks many: the first say it.
  maxFailures: 4,
  expect: { timeout: 60_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env.SLUICE_URL ?? 'http://localhost:8080',
    locale: 'en-US',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(process.env.CHROME ? { executablePath: process.env.CHROME } : {}),
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
