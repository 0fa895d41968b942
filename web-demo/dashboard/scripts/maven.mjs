// What Maven runs: `build`, and `check`, which is skipped if an argument after it is true. What is newer than all of its
// sources is left as it is, so that a build in which nothing has changed here takes no time.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [command, ...skips] = process.argv.slice(2);
const BUILT_FROM = ['src', 'public', 'index.html', 'vite.config.ts', 'package-lock.json', 'package.json'];
const CHECKED_TOO = ['e2e', 'scripts', 'biome.json', 'tsconfig.json', 'vitest.config.ts', 'playwright.config.ts'];

if (command === 'build') {
  once('node_modules/.sluice-installed', ['package-lock.json', 'package.json', '.npmrc'], () =>
    npm('ci', '--prefer-offline', '--loglevel=error'),
  );
  once('target/built', BUILT_FROM, () => npm('run', '--silent', 'build', '--', '--logLevel', 'warn'));
} else if (!skips.includes('true')) {
  once('target/checked', [...BUILT_FROM, ...CHECKED_TOO], () => {
    npm('run', '--silent', 'check');
    npm('run', '--silent', 'size');
  });
}

/** Does it unless the stamp says that it was done since the sources were changed. */
function once(stamp, sources, work) {
  const file = join(root, stamp);
  const done = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (done > Math.max(...sources.map((source) => newest(join(root, source))))) {
    return;
  }
  const began = new Date();
  work();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  // What changes meanwhile is newer.
  utimesSync(file, began, began);
}

/** When a file, or the newest in a folder, was changed; a folder is, when a file of it goes. */
function newest(path) {
  const stat = statSync(path);
  const inside = stat.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : [];
  return Math.max(stat.mtimeMs, ...inside);
}

function npm(...args) {
  const windows = process.platform === 'win32';
  const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: root, stdio: 'inherit', shell: windows });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}
