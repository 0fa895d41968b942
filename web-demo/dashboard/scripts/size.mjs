// What the first view costs on the wire, compressed. Fails above the bound. After `npm run build`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const BOUND_KB = 150;
const FIRST_VIEW = ['index.html', 'src/pages/live/LivePage.tsx'];
const root = join(import.meta.dirname, '..', 'target', 'classes', 'sluice-dashboard');
const manifest = JSON.parse(readFileSync(join(root, '.vite', 'manifest.json'), 'utf8'));

const files = new Set(['index.html', 'assets/theme.js']);
const seen = new Set();
function take(key) {
  if (seen.has(key)) {
    return;
  }
  seen.add(key);
  const { file, css = [], assets = [], imports = [] } = manifest[key];
  for (const each of [file, ...css, ...assets]) {
    files.add(each);
  }
  imports.forEach(take);
}
FIRST_VIEW.forEach(take);

let total = 0;
for (const file of files) {
  const size = gzipSync(readFileSync(join(root, file)), { level: 9 }).length;
  total += size;
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${file}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(8)} kB  first view, at most ${BOUND_KB}`);
process.exit(total > BOUND_KB * 1000 ? 1 : 0);
