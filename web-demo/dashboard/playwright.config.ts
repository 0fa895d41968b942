import { defineConfig } from '@playwright/test';

/** Run by e2e/run.mjs, which says where a browser is. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'target/e2e',
  // One Sluice and two cores: one after the other.
  workers: 1,
  forbidOnly: true,
  timeout: 60_000,
  // One thing broken breaks many: the first say it.
  maxFailures: 4,
  expect: { timeout: 20_000 },
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
