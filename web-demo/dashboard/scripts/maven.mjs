import { join } from 'node:path';
import { building } from '../../../api-contracts/client-js/scripts/building.mjs';

building({
  root: join(import.meta.dirname, '..'),
  built: [
    'src',
    'public',
    'index.html',
    'vite.config.ts',
    'package-lock.json',
    'package.json',
    '../../api-contracts/client-js/src',
  ],
  checked: ['e2e', 'scripts', 'biome.json', 'tsconfig.json', 'vitest.config.ts', 'playwright.config.ts'],
  build: (npm) => npm('run', '--silent', 'build', '--', '--logLevel', 'warn'),
  check: (npm) => {
    npm('run', '--silent', 'check');
    npm('run', '--silent', 'size');
  },
});
