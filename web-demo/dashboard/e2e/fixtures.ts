import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect, type Page } from '@playwright/test';
import type axe from 'axe-core';

export { expect, type Page };

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Console errors that a test brings about itself: `test.use({ expectedErrors: [/ERR_CONNECTION/] })`. */
interface Options {
  expectedErrors: RegExp[];
}

/** A test whose page says no error, neither on its console nor by an exception; what the policy blocks is one. */
export const test = base.extend<Options>({
  expectedErrors: [[], { option: true }],
  page: async ({ page, expectedErrors }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(`${error}`));
    page.on('console', (message) => {
      // Where there is no demo to switch, the browser reports that the page has asked.
      if (message.type() === 'error' && !message.location().url.endsWith('/demo')) {
        errors.push(message.text());
      }
    });
    await use(page);
    expect(errors.filter((error) => !expectedErrors.some((expected) => expected.test(error)))).toEqual([]);
  },
});

export const PAGES = [
  { path: 'live', title: 'Live' },
  { path: 'ask', title: 'Ask' },
  { path: 'flow', title: 'Flow' },
  { path: 'streams', title: 'Streams' },
  { path: 'streams/buses', title: 'buses' },
  { path: 'streams?declare', title: 'Declare a stream' },
  { path: 'views', title: 'Views' },
  { path: 'views?define', title: 'Define a view' },
  { path: 'devices', title: 'Devices' },
] as const;

export const THEMES = ['light', 'dark'] as const;

export const VIEWPORTS = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
] as const;

export async function open(page: Page, path: string) {
  await page.goto(`/#/${path}`);
  await expect(page.locator('[data-connection]')).toHaveAttribute('data-connection', 'live');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** The chart on Live of which the points are the seconds. */
export const RATE = /^Reports per second/;

/** Points of a chart, as it tells those who do not see it: how many, and the seconds from the first to the last. */
export async function pointsOf(page: Page, name: RegExp): Promise<{ points: number; seconds: number }> {
  const said = (await page.getByRole('img', { name }).getAttribute('aria-description')) ?? '';
  const [, points = '0', from = '', to = ''] = /^([\d,]+) points from (\S+) to (\S+)$/.exec(said) ?? [];
  const of = (time: string) => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return { points: Number(points.replace(',', '')), seconds: (of(to) - of(from) + 86_400) % 86_400 };
}

/** On Flow. */
export function rowOf(page: Page, table: 'Every buffer' | 'Every hop', name: RegExp) {
  return page.getByRole('region', { name: table }).getByRole('row', { name });
}

/**
 * In both themes and both widths: nothing wider than the window, and a picture of it to look at. And nothing for axe to
 * find: its rules ask for colours, which the themes have, or for places, which the widths have; so once for each is enough.
 */
export async function expectWholeAndAccessible(page: Page, name: string) {
  for (const theme of THEMES) {
    for (const viewport of VIEWPORTS) {
      const look = `${name.replace(/\W/g, '-')}-${theme}-${viewport.width}`;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      if ((theme === 'light') === (viewport === VIEWPORTS[0])) {
        expect(await violations(page), look).toEqual([]);
      }
      expect(await widerThanTheWindow(page), `${look}: nothing is wider than the window`).toBeLessThanOrEqual(0);
      await screenshot(page, look);
    }
  }
}

/** By how many pixels something is. */
export function widerThanTheWindow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** What axe finds against WCAG 2.2 AA and its own good practice, in words. */
export async function violations(page: Page): Promise<string[]> {
  // Not by a script element, which the page's policy would block.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    );
  });
}

/** Into target/screenshots: the whole page, in a window as high as that, so that what is fixed stands at its edge. */
export async function screenshot(page: Page, name: string) {
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, whole) });
  await page.screenshot({ path: `target/screenshots/${name}.png` });
}
