import { expect, open, test } from './fixtures';

test('the pages are reached by the keyboard, and focus goes to what was opened', async ({ page }) => {
  await open(page, 'live');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();

  await page.getByRole('link', { name: 'Streams' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Streams');
  await expect(page).toHaveTitle('Streams · Sluice');
  await expect(page.getByRole('link', { name: 'Streams' })).toHaveAttribute('aria-current', 'page');

  // Nobody is asked here who they are.
  await expect(page.getByRole('link', { name: 'buses' })).toBeVisible();
  await expect(page.getByText(/sign(ed)? (in|out)/i)).toHaveCount(0);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test('a chosen theme is there from the first paint of the next visit on', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(page, 'ask');
  await page.getByRole('button', { name: /^Theme: System/ }).click();
  await page.getByRole('button', { name: /^Theme: Light/ }).click();

  await page.reload({ waitUntil: 'commit' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('button', { name: /^Theme: Dark/ })).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe('rgb(11, 18, 20)');
});

test('a browser whose language is none gets numbers in English', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'language', { value: 'en-US@posix', configurable: true });
  });
  await open(page, 'live');
  await expect(page.getByRole('img', { name: /^Reports per second/ })).toBeVisible();
  await expect(page.getByText(/roads of \d+,\d{3} steps driven$/)).toBeVisible();
});

test('the page of the API loads, and blocks nothing of its own', async ({ page }) => {
  await page.goto('/docs/');
  await expect(page.getByRole('button', { name: /v1\/caller Who asks/ })).toBeVisible();
});

test.describe('without its server', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/] });

  test('the page says since when, and goes on by itself', async ({ page, context }) => {
    await open(page, 'streams');
    await context.setOffline(true);
    await expect(page.locator('[data-connection=disconnected]')).toContainText(/Disconnected\d+.s/);
    await context.setOffline(false);
    await expect(page.locator('[data-connection=live]')).toBeVisible();
  });
});
