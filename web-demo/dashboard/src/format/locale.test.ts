import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.resetModules();
});

it('is the browser’s own', async () => {
  vi.stubGlobal('navigator', { language: 'de-AT' });
  expect((await import('./locale')).locale).toBeUndefined();
  expect(navigator.language).toBe('de-AT');
});

it('is English where the browser’s own is none', async () => {
  vi.stubGlobal('navigator', { language: 'en-US@posix' });
  expect((await import('./locale')).locale).toBe('en-US');
  expect(() => new Intl.NumberFormat(navigator.language)).not.toThrow();
});
