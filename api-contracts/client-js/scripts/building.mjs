// How Maven builds a package of npm's: what is newer than all of its sources is left as it is, so that a build in which
// nothing has changed takes no time.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Does what the process's arguments say: `build`, or `check`, which is skipped if an argument after it is true.
 *
 * @param root the package's directory
 * @param built paths of what it is built from
 * @param checked paths of what is checked besides
 * @param build runs `npm` with its arguments
 * @param check likewise
 */
export function building({ root, built, checked, build, check }) {
  const [command, ...skips] = process.argv.slice(2);
  const npm = (...args) => run(root, args);
  if (command === 'build') {
    once(root, 'node_modules/.sluice-installed', ['package-lock.json', 'package.json', '.npmrc'], () =>
      npm('ci', '--prefer-offline', '--loglevel=error'),
    );
    once(root, 'target/built', built, () => build(npm));
  } else if (!skips.includes('true')) {
    once(root, 'target/checked', [...built, ...checked], () => check(npm));
  }
}

/** Does it unless the stamp says that it was done since the sources were changed. */
function once(root, stamp, sources, work) {
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

function run(root, args) {
  const windows = process.platform === 'win32';
  const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: root, stdio: 'inherit', shell: windows });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}
