import { expect, open, PAGES, screenshot, THEMES, test, VIEWPORTS, violations } from './fixtures';

for (const { path, title } of PAGES) {
  for (const theme of THEMES) {
    for (const viewport of VIEWPORTS) {
      test(`${title} is whole and accessible, ${theme} at ${viewport.width}`, async ({ page }) => {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        await open(page, path);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
        await expect(page.locator('[aria-busy=true]')).toHaveCount(0);

        expect(await violations(page)).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, 'nothing is wider than the window').toBeLessThanOrEqual(0);
        await screenshot(page, `${path}-${theme}-${viewport.width}`);
      });
    }
  }
}
