import { Breakable } from './breakable';
import { expect, expectWholeAndAccessible, open, PAGES, test } from './fixtures';

for (const { path, title } of PAGES) {
  test(`${title} is whole and accessible`, async ({ page }) => {
    await open(page, path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
    await expectWholeAndAccessible(page, path);
  });
}

test.describe('without their gateway', () => {
  test.use({ expectedErrors: [/net::ERR_/] });

  for (const path of ['live', 'flow', 'streams']) {
    test(`${path} is whole and accessible`, async ({ page, baseURL }) => {
      const way = await Breakable.to(baseURL as string);
      try {
        await page.goto(`${way.url}/#/${path}`);
        await expect(page.locator('[data-connection=live]')).toBeVisible();
        await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
        way.cut();
        await expect(page.locator('[data-connection=disconnected]')).toBeVisible();
        await expectWholeAndAccessible(page, `${path}-disconnected`);
      } finally {
        way.close();
      }
    });
  }
});
