import { expect, open, rowOf, test } from './fixtures';

test('every buffer and hop is there, and what flows is seen to', async ({ page }) => {
  const watches: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/v1/flow')) {
      watches.push(request.url());
    }
  });
  await open(page, 'flow');
  await expect(page.locator('[data-flow=live]')).toBeVisible();
  await expect(page.getByRole('img', { name: /The way of the data/ })).toBeVisible();
  await expect(rowOf(page, 'Every buffer', /^Ingest ingest /)).toContainText('MiB');
  await expect(rowOf(page, 'Every hop', /^Doors in rsocket /)).toContainText(/[1-9][\d.,]*\/s events/);
  await expect(rowOf(page, 'Every hop', /^Kafka append /)).toContainText(/[1-9][\d.,]*\/s/);
  await expect(rowOf(page, 'Every hop', /^Tail tail of buses /)).toBeVisible();
  expect(watches).toHaveLength(1);

  // Who looks elsewhere does not look here.
  const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/v1/flow'));
  await page.getByRole('link', { name: 'Ask' }).click();
  await ended;
});

test('who wants no motion gets none', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, 'flow');
  await expect(rowOf(page, 'Every hop', /^Kafka append /)).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBeGreaterThan(5);
});
