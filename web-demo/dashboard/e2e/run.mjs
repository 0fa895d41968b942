// Runs the end-to-end tests against the Sluice at $SLUICE_URL, with whatever browser there is.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { browser } from './browser.mjs';

const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
const chrome = await browser();
const run = spawnSync(process.execPath, [cli, 'test', ...process.argv.slice(2)], {
  cwd: dirname(import.meta.dirname),
  env: { ...process.env, CHROME: chrome },
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
