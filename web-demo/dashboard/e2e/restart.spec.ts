import { expect, open, type Page, pointsOf, RATE, test } from './fixtures';

/** Where a gateway can be told to go away and to come back: DashboardTest's. */
const control = process.env.SLUICE_CONTROL;

test.use({ expectedErrors: [/net::ERR_/] });

test('a page outlives its gateway: it says so, goes on by itself, and has every second once', async ({
  page,
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

  expect((await request.post(`${control}/stop`)).ok()).toBe(true);
  await expect(page.locator('[data-connection=disconnected]')).toContainText(/Disconnected\d+.s/);
  expect((await request.post(`${control}/start`)).ok()).toBe(true);
  await expect(page.locator('[data-connection=live]')).toBeVisible();

  await expect.poll(async () => (await pointsOf(page, RATE)).points).toBeGreaterThan(Math.min(before.points + 8, 318));
  const { points, seconds } = await pointsOf(page, RATE);
  expect(points, 'one point each second').toBe(seconds + 1);
  const ends = await secondsThatCame(page);
  expect(new Set(ends).size, 'no second came twice').toBe(ends.length);
  expect(
    asked.at(-1)?.every(({ after }) => after),
    'every question was asked again with the token of its last event',
  ).toBe(true);
});

/** Also has a test read what the page reads: each answer to a set of queries. */
async function keepWhatComes(page: Page) {
  await page.addInitScript(() => {
    const came: string[] = [];
    Object.assign(globalThis, { came });
    const real = globalThis.fetch;
    globalThis.fetch = async (...asked) => {
      const response = await real(...asked);
      if (asked[0] !== '/v1/query' || !response.body) {
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
