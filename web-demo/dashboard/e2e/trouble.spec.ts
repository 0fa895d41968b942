import { ask, EACH_SECOND, finals, seconds } from './asking';
import { expect, open, type Page, pointsOf, RATE, rowOf, test } from './fixtures';

/** Where a gateway can be told to go away and to come back: DashboardTest's. */
const control = process.env.SLUICE_CONTROL;

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

test.describe('a gateway that goes', () => {
  test.use({ expectedErrors: [/net::ERR_/] });

  test('pages outlive their gateway: they say so, go on by themselves, and have every second once', async ({
    page,
    context,
    request,
  }) => {
    test.skip(!control, 'needs a gateway that it can stop: SLUICE_CONTROL');
    const asked: { query: string; after?: string }[][] = [];
    page.on('request', (sent) => {
      if (sent.url().endsWith('/v1/query')) {
        asked.push(JSON.parse(sent.postData() ?? '{}').queries);
      }
    });
    await keepWhatComes(page);
    await open(page, 'live');
    await expect.poll(async () => (await pointsOf(page, RATE)).points).toBeGreaterThan(1);
    const before = await pointsOf(page, RATE);
    const console = await context.newPage();
    await ask(console, { sql: EACH_SECOND, from: '-10s' });
    await expect.poll(() => finals(console)).toBeGreaterThan(1);
    const rows = await finals(console);

    expect((await request.post(`${control}/stop`)).ok()).toBe(true);
    await expect(page.locator('[data-connection=disconnected]')).toContainText(/Disconnected\d+.s/);
    await expect(console.getByText('Sluice does not answer. The question goes on where it was')).toBeVisible();
    expect((await request.post(`${control}/start`)).ok()).toBe(true);
    await expect(page.locator('[data-connection=live]')).toBeVisible();

    await expect
      .poll(async () => (await pointsOf(page, RATE)).points)
      .toBeGreaterThan(Math.min(before.points + 8, 318));
    const after = await pointsOf(page, RATE);
    expect(after.points, 'one point each second').toBe(after.seconds + 1);
    const ends = await secondsThatCame(page);
    expect(ends.length).toBeGreaterThan(8);
    expect(new Set(ends).size, 'no second came twice').toBe(ends.length);
    expect(
      asked.at(-1)?.every(({ after }) => after),
      'every question was asked again with the token of its last event',
    ).toBe(true);

    await expect.poll(() => finals(console)).toBeGreaterThan(rows + 8);
    const shown = await seconds(console);
    expect(shown.length).toBeGreaterThan(rows + 8);
    expect(shown, 'each second once').toEqual(shown.map((_, i) => (shown[0] as number) + i));
  });
});

/** Also has a test read what the page reads: each answer to a set of queries. */
async function keepWhatComes(page: Page) {
  await page.addInitScript(() => {
    const came: string[] = [];
    Object.assign(globalThis, { came });
    const real = globalThis.fetch;
    globalThis.fetch = async (...asked) => {
      const response = await real(...asked);
      if (!`${asked[0]}`.endsWith('/v1/query') || !response.body) {
        return response;
      }
      const [one, other] = response.body.tee();
      const read = async () => {
        for await (const text of one.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
          came.push(text);
        }
      };
      read().catch(() => came.push('\n\n'));
      return new Response(other, response);
    };
  });
}

/** Ends of the windows of a second, in the order in which their final rows came. */
function secondsThatCame(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const lines = (globalThis as unknown as { came: string[] }).came.join('').split('\n');
    const events = lines.filter((line) => /^data: ?\{.*\}$/.test(line)).map((line) => JSON.parse(line.slice(5)));
    return events
      .filter(({ row }) => row && row.reports !== undefined && row.avg_kmh === undefined)
      .map(({ row }) => row.window_end as string);
  });
}
