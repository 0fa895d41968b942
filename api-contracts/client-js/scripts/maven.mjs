import { join } from 'node:path';
import { building } from './building.mjs';

building({
  root: join(import.meta.dirname, '..'),
  built: ['src', 'test', 'tsconfig.json', 'package-lock.json', 'package.json'],
  checked: ['scripts', 'biome.json'],
  build: (npm) => npm('run', '--silent', 'build'),
  check: (npm) => npm('run', '--silent', 'check'),
});
