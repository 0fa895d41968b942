import { Breakable } from './breakable';
import { expect, open, type Page, pointsOf, RATE, test } from './fixtures';

/** Who is first in the list now; by its name, as others may be a moment later. */
async function firstOf(page: Page, names: RegExp): Promise<string> {
  return (await page.getByRole('button', { name: names }).first().getAttribute('aria-label')) as string;
}

test('the map has the fleet, and the roads that it has driven', async ({ page }) => {
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') {
      posts.push(request.postData() ?? '');
    }
  });
  await open(page, 'live');
  await expect(page.getByText(/^\d{2,} buses on \d+ routes; roads of [\d,]{2,} steps driven$/)).toBeVisible();
  const colours = () =>
    page.locator('[aria-label^="Map"] canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
        0,
        0,
        canvas.width,
        canvas.height,
      );
      return new Set(new Uint32Array(data.buffer)).size;
    });
  // The ground has one, a dot some, what fades above what fades hundreds.
  await expect.poll(colours).toBeGreaterThan(200);
  await expect.poll(async () => (await pointsOf(page, RATE)).points).toBeGreaterThan(1);
  expect(posts).toHaveLength(1);
  expect(JSON.parse(posts[0] as string).queries).toHaveLength(5);
});

test('a bus is selected by the keyboard, and its chart gets points', async ({ page }) => {
  await open(page, 'live');
  await page.getByRole('button', { name: 'Buses' }).press('Enter');
  const name = await firstOf(page, /^Bus /);
  const bus = page.getByRole('button', { name, exact: true });
  await bus.press('Enter');
  await expect(bus).toHaveAttribute('aria-pressed', 'true');
  expect(new URL(page.url()).hash).toContain(`bus=${name.replace('Bus ', '')}`);
  await expect(page.getByRole('heading', { name: `Speed of bus ${name.replace('Bus ', '')}` })).toBeVisible();
  await expect.poll(async () => (await pointsOf(page, /^Speed of bus/)).points).toBeGreaterThan(0);

  await page.getByRole('button', { name: 'Show all buses' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Speed of all buses' })).toBeVisible();
});

test('a route is selected in the table, and a click on the map selects what is there', async ({ page }) => {
  await open(page, 'live');
  const name = await firstOf(page, /^Route /);
  await page.getByRole('button', { name, exact: true }).press('Enter');
  await expect(page.getByRole('heading', { name: name.replace('Route', 'Speed on route') })).toBeVisible();
  await expect.poll(async () => (await pointsOf(page, /^Speed on route/)).points).toBeGreaterThan(0);

  // The address has it: a reload shows the same.
  await page.reload();
  await expect(page.getByRole('heading', { name: name.replace('Route', 'Speed on route') })).toBeVisible();

  // Zoomed far out, all of the town is in the middle.
  const map = page.getByRole('group', { name: /^Map of the fleet/ });
  await expect(page.getByText(/^\d{2,} buses on/)).toBeVisible();
  await map.focus();
  for (let i = 0; i < 8; i++) {
    await page.keyboard.press('-');
  }
  const { width = 0, height = 0 } = (await map.boundingBox()) ?? {};
  await map.click({ position: { x: width / 2, y: height / 2 } });
  await expect(page.getByRole('heading', { name: /^Speed o(f bus|n route)/ })).toBeVisible();
});

test('finer windows are of the same routes, and come faster', async ({ page }) => {
  await open(page, 'live');
  await page.getByRole('button', { name: '1 s', exact: true }).click();
  await expect.poll(async () => (await pointsOf(page, /^Reports of the busiest/)).points).toBeGreaterThan(10);
  await expect(page.getByText('Per route, in windows of 1 s').first()).toBeVisible();
});

test('a panel’s SQL opens in the console', async ({ page }) => {
  await open(page, 'live');
  const link = page.getByRole('link', { name: /SELECT COUNT\(\*\) AS reports FROM buses/ });
  await link.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ask');
  const sql = new URLSearchParams(new URL(page.url()).hash.replace(/^[^?]*/, '')).get('sql');
  expect(sql).toBe("SELECT COUNT(*) AS reports FROM buses GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)");
});

test.describe('without its gateway', () => {
  test.use({ expectedErrors: [/net::ERR_/] });

  test('the page says so, goes on by itself, and its charts have no gap', async ({ page, baseURL }) => {
    const way = await Breakable.to(baseURL as string);
    try {
      await page.goto(`${way.url}/#/live`);
      await expect.poll(async () => (await pointsOf(page, RATE)).points).toBeGreaterThan(1);
      const before = await pointsOf(page, RATE);
      way.cut();
      const lost = page.locator('[data-connection=disconnected]');
      await expect(lost).toContainText(/Disconnected\d+.s/);
      // Longer than windows wait to be final: of some seconds the page can know by asking afterwards alone.
      await expect(lost).toContainText(/Disconnected(8|9|\d\d).s/);
      way.mend();
      await expect(page.locator('[data-connection=live]')).toBeVisible();
      await expect
        .poll(async () => (await pointsOf(page, RATE)).points)
        .toBeGreaterThan(Math.min(before.points + 8, 318));
      const { points, seconds } = await pointsOf(page, RATE);
      expect(points, 'one point each second').toBe(seconds + 1);
    } finally {
      way.close();
    }
  });
});
