import { expect, open, test } from './fixtures';

test('charts and the table are fed by one request, and grow', async ({ page }) => {
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') {
      posts.push(request.postData() ?? '');
    }
  });
  await open(page, 'live');
  const chart = page.getByRole('img', { name: /Reports per second/ });
  const points = async () => Number(await chart.getAttribute('data-points'));
  await expect.poll(points).toBeGreaterThan(1);
  const before = await points();
  await expect.poll(points).toBeGreaterThan(before);

  const rows = page.getByRole('region', { name: /Top routes/ }).getByRole('row');
  await expect.poll(() => rows.count()).toBeGreaterThan(3);
  await page.getByRole('checkbox').first().uncheck();
  await expect(page.getByRole('checkbox').first()).not.toBeChecked();
  expect(posts).toHaveLength(1);
  expect(JSON.parse(posts[0] as string).queries).toHaveLength(2);
});

test('a panel’s SQL opens in the console', async ({ page }) => {
  await open(page, 'live');
  await page
    .getByRole('link', { name: /Open in console/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ask');
  expect(new URL(page.url()).hash).toContain('SELECT');
});
