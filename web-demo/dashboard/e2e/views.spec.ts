import { expect, expectWholeAndAccessible, open, test } from './fixtures';

const SQL = "SELECT route, COUNT(*) AS reports FROM buses GROUP BY TUMBLE(ts, INTERVAL '2' SECOND), route";

test.describe('of one’s own', () => {
  // What the API refuses is a failed request in the browser's eyes.
  test.use({ expectedErrors: [/status of 40[04]/] });

  test('a question is kept, its rows come, and it is deleted', async ({ page, request }) => {
    const name = `e2e_${Date.now()}`;
    await open(page, `ask?${new URLSearchParams({ sql: SQL })}`);
    await page.getByRole('link', { name: 'Keep as a view' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Define a view');
    await expect(page.getByLabel('SQL', { exact: true })).toHaveValue(SQL);

    // Refused: said at its control.
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('SQL', { exact: true }).fill(SQL.replace('route,', 'rout,'));
    await page.getByRole('button', { name: 'Define' }).click();
    await expect(page.getByLabel('SQL', { exact: true })).toBeFocused();
    await expect(page.getByLabel('SQL', { exact: true })).toHaveAccessibleDescription(
      /Line 1, column 8.*did you mean route/,
    );

    await page.getByLabel('SQL', { exact: true }).fill(SQL);
    await page.getByLabel('Webhook', { exact: true }).fill('ftp://nobody');
    await page.getByRole('button', { name: 'Define' }).click();
    await expect(page.getByLabel('Webhook', { exact: true })).toBeFocused();
    // Nobody listens there: the view's page says so.
    await page.getByLabel('Webhook', { exact: true }).fill('http://localhost:9/');
    await expect(page.getByLabel('Secret', { exact: true })).toHaveValue(/^whsec_/);
    await expect(page.locator('.curl').first()).toContainText(`/v1/views/${name}`);
    await page.getByRole('button', { name: 'Define' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    await expect(page.getByText('running', { exact: true })).toBeVisible();
    const rows = page.getByRole('region', { name: `Newest rows of ${name}` }).getByRole('row');
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBeGreaterThan(10);
    await expect(page.getByText('takes nothing', { exact: true })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('alert')).toContainText('Its webhook takes nothing');
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
    await expectWholeAndAccessible(page, 'views-one');

    // Another question takes the place of the first, and may be built again.
    const generation = async () => (await (await request.get(`/v1/views/${name}`)).json()).status.generation;
    const first = await generation();
    const sql = page.getByLabel('SQL of the view');
    await sql.fill(SQL.replace('route,', 'rout,'));
    await page.getByRole('button', { name: 'Build this instead' }).click();
    await expect(sql).toHaveAccessibleDescription(/did you mean route/);
    await sql.fill(SQL.replace("'2'", "'1'"));
    await page.getByRole('button', { name: 'Build this instead' }).click();
    const cancel = page.getByRole('button', { name: 'Build it no more' });
    await expect(cancel).toBeVisible();
    await expect.poll(generation, { timeout: 60_000 }).toBeGreaterThan(first);
    await expect(sql).toHaveValue(SQL.replace("'2'", "'1'"));
    await expect(cancel).toBeHidden();
    await page.getByLabel('Keep rows of before the log begins').check();
    await expect(page.locator('.curl', { hasText: '/rebuild' })).toContainText('/rebuild?keep=true');
    const rebuilt = page.waitForRequest(/\/rebuild\?keep=true$/);
    await page.getByRole('button', { name: 'Rebuild' }).click();
    await rebuilt;
    await cancel.click();
    await expect(cancel).toBeHidden();

    await page.goto('/#/views');
    await expect(page.getByRole('row', { name: new RegExp(`${name} running`) })).toBeVisible();
    await page.getByRole('link', { name }).click();
    await page.getByLabel(`Type ${name} to delete it`).fill(name);
    await page.getByRole('button', { name: `Delete ${name}` }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Views');
    expect((await request.get(`/v1/views/${name}`)).status()).toBe(404);
    await page.goto(`/#/views/${name}`);
    await expect(page.getByText(`There is no view ${name}`)).toBeVisible();
  });

  test('a view feeds a stream', async ({ page, request }) => {
    const name = `e2e_feeds_${Date.now()}`;
    const stream = `e2e_fed_${Date.now()}`;
    const fields = [
      { name: 'ts', type: 'TIMESTAMP' },
      { name: 'route', type: 'STRING', nullable: true },
    ];
    expect((await request.put(`/v1/streams/${stream}`, { data: { fields, time: 'ts' } })).ok()).toBe(true);
    await open(page, `views?${new URLSearchParams({ define: '', sql: 'SELECT ts, route FROM buses' })}`);
    await page.getByLabel('Name', { exact: true }).fill(name);
    const into = page.getByLabel('Into', { exact: true });
    await into.fill('nobodys');
    await page.getByRole('button', { name: 'Define' }).click();
    await expect(into).toBeFocused();
    await into.fill(stream);
    await expect(page.locator('.curl').first()).toContainText(`"into": "${stream}"`);
    await page.getByRole('button', { name: 'Define' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    const records = async () => (await (await request.get(`/v1/streams/${stream}`)).json()).status.records;
    await expect.poll(records, { timeout: 60_000 }).toBeGreaterThan(10);

    await page.getByRole('link', { name: stream }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(stream);
    expect((await request.delete(`/v1/views/${name}`)).ok()).toBe(true);
    expect((await request.delete(`/v1/streams/${stream}`)).ok()).toBe(true);
  });
});
