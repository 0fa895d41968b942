import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** A running Sluice, for `npm run dev`. */
const sluice = process.env.SLUICE_URL ?? 'http://localhost:8080';

/** Beside each file that is worth it the same compressed: the gateway compresses nothing. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    // Of what lies there in the end: Vite changes chunks until they are written.
    writeBundle({ dir = '' }) {
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (/\.(js|css|svg|html)$/.test(name)) {
          const source = readFileSync(join(dir, name));
          const gzip = gzipSync(source, { level: 9 });
          if (gzip.length < source.length * 0.9) {
            writeFileSync(join(dir, `${name}.gz`), gzip);
          }
        }
      }
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [compressed()],
  build: {
    // As the class path of the jar has it.
    outDir: 'target/classes/sluice-dashboard',
    emptyOutDir: true,
    target: 'es2022',
    // An inlined asset would be a data: address in a style sheet.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
  server: {
    proxy: Object.fromEntries(
      // Sluice answers pages of its own origin alone: these are, but for where they are developed.
      ['/v1', '/demo', '/actuator'].map((path) => [
        path,
        { target: sluice, changeOrigin: true, headers: { origin: new URL(sluice).origin } },
      ]),
    ),
  },
});
