import { expect, open, type Page, test } from './fixtures';

function rowOf(page: Page, table: 'Every buffer' | 'Every hop', name: RegExp) {
  return page.getByRole('region', { name: table }).getByRole('row', { name });
}

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

test('a rush, a slow reader and a Kafka away each show what they do, and nothing is lost', async ({
  page,
  request,
}) => {
  test.setTimeout(180_000);
  await open(page, 'flow');
  const story = page.locator('.story-title');

  // A rush.
  await page.getByRole('button', { name: /^Send at \d+×/ }).click();
  await expect(story).toHaveText(/The fleet sends at \d+×/);
  await expect(rowOf(page, 'Every hop', /^Kafka append [\d.]*(,\d{3}|K)\/s records/)).toBeVisible();

  // Somebody who does not read: a buffer at its bound, that of nobody else.
  await page.getByRole('button', { name: 'Add a subscriber that does not read' }).click();
  await expect(story).toHaveText('One subscriber does not read, and only it waits', { timeout: 60_000 });
  await expect(rowOf(page, 'Every buffer', /^Subscribers subscriber [\d.]+.[KM]iB /)).toBeVisible({
    timeout: 60_000,
  });
  await page.getByRole('button', { name: 'Remove it' }).click();
  await expect(page.getByRole('button', { name: 'Add a subscriber that does not read' })).toBeVisible();
  await page.getByRole('button', { name: 'Back to the usual' }).click();
  await expect(page.getByRole('button', { name: /^Send at/ })).toBeVisible();

  // Kafka away: nothing is stored, frames wait, demand stops; then all goes on by itself.
  await page.getByRole('button', { name: 'Pause Kafka for 10 s' }).click();
  await expect(story).toHaveText(/^Kafka is paused/);
  await expect(page.locator('.story')).toContainText(/Demand has stopped: [1-9]\d* devices wait for an ack/);
  await expect(rowOf(page, 'Every hop', /^Kafka append 0\/s records .* oldest [\d.]+.s/)).toBeVisible();
  await expect(rowOf(page, 'Every buffer', /^Ingest ingest [1-9][\d.]*.[KM]?i?B/)).toBeVisible();
  await expect(story).toHaveText('Kafka is back');
  await expect(page.locator('.story')).toContainText('Nothing was lost.');
  await expect(rowOf(page, 'Every hop', /^Kafka append [1-9][\d.,]*K?\/s records/)).toBeVisible();

  // What is acked is in the log, and nothing else.
  const fleet = async () => (await (await request.get('/demo')).json()).fleet;
  const acked = (await fleet()).acked;
  const answer = await request.post('/v1/query', {
    headers: { Accept: 'application/json' },
    data: { sql: 'SELECT COUNT(*) AS n FROM buses', from: 'earliest', to: 'now' },
  });
  const stored = (await answer.json()).rows[0][0];
  expect(stored).toBeGreaterThanOrEqual(acked);
  await expect.poll(async () => (await fleet()).acked).toBeGreaterThanOrEqual(stored);
  expect(await fleet()).toMatchObject({ dropped: 0, rejected: 0 });
});
