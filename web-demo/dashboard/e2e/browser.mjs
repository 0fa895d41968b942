import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a browser is called where one is installed. */
const INSTALLED = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Where a Chromium is: `$CHROME`, else an installed one, else the one that comes as an npm package and needs nothing
 * installed. Not to be asked by two processes at once: the package is unpacked where nobody has done it yet.
 */
export async function browser() {
  return process.env.CHROME || installed() || (await packaged());
}

function installed() {
  for (const name of INSTALLED) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      // The next one, then.
    }
  }
  return undefined;
}

async function packaged() {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const version = versionAbove(dirname(entry));
  // It takes whatever binary lies in the temporary folder for its own: each version gets a folder.
  const folder = join(tmpdir(), `sluice-chromium-${version}`);
  mkdirSync(folder, { recursive: true });
  process.env.TMPDIR = folder;
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}

function versionAbove(start) {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const description = join(folder, 'package.json');
    if (existsSync(description)) {
      const { version } = JSON.parse(readFileSync(description, 'utf8'));
      if (version) {
        return version;
      }
    }
  }
  throw new Error(`no version above ${start}`);
}
