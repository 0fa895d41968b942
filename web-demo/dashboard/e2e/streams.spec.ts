import { expect, open, type Page, test, VIEWPORTS, widerThanTheWindow } from './fixtures';

/** Events of now, one good and one that does not fit. */
function samples(): string {
  const ts = new Date().toISOString();
  return JSON.stringify([
    { device: 'a', ts, value: 21.5 },
    { device: 'b', ts, value: 'hot' },
  ]);
}

function stat(page: Page, label: string) {
  return page
    .locator('.stat', { has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) })
    .locator('.stat-value');
}

test('the list says how the fleet’s stream is doing', async ({ page }) => {
  await open(page, 'streams');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'buses' }) });
  await expect(row).toContainText(/\d\/s/);
  await page.getByRole('link', { name: 'buses' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('buses');
  const before = await stat(page, 'Records').textContent();
  await expect(stat(page, 'Records')).not.toHaveText(before ?? '');
  const chart = page.getByRole('img', { name: /Events of buses/ });
  await expect.poll(async () => Number(await chart.getAttribute('data-points'))).toBeGreaterThan(2);
});

test('a name as long as a name may be, and many fields, fit into a narrow window', async ({ page, request }) => {
  const name = `e2e_${Date.now()}_`.padEnd(64, 'x');
  const numbers = Array.from({ length: 58 }, (_, i) => ({ name: `a_rather_long_name_${i}`, type: 'DOUBLE' }));
  const fields = [{ name: 'device', type: 'STRING' }, { name: 'ts', type: 'TIMESTAMP' }, ...numbers];
  const declared = await request.put(`/v1/streams/${name}`, { data: { fields, key: 'device', time: 'ts' } });
  expect(declared.ok()).toBe(true);
  try {
    await page.setViewportSize(VIEWPORTS[1]);
    for (const path of [`streams/${name}`, 'streams', 'ask']) {
      await open(page, path);
      await expect(page.getByText(name).first()).toBeVisible();
      expect(await widerThanTheWindow(page), path).toBeLessThanOrEqual(0);
    }
  } finally {
    await request.delete(`/v1/streams/${name}`);
  }
});

test.describe('of one’s own', () => {
  // What the API refuses is a failed request in the browser's eyes.
  test.use({ expectedErrors: [/status of 40[04]/] });

  test('a stream is declared, sent to, asked, and deleted', async ({ page, request }) => {
    const name = `e2e_${Date.now()}`;
    await open(page, 'streams');
    await page.getByRole('link', { name: 'Declare a stream' }).click();

    // Refused: said at its control.
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Lateness').fill('soon');
    await page.getByRole('button', { name: 'Declare' }).click();
    await expect(page.getByLabel('Lateness')).toBeFocused();
    await expect(page.getByLabel('Lateness')).toHaveAccessibleDescription(/lateness must be/);

    await page.getByLabel('Lateness').fill('PT1S');
    await page.getByRole('button', { name: 'Add a field' }).click();
    await page.getByLabel('Name of field 4').fill('note');
    await page.getByLabel('Type of field 4').selectOption('STRING');
    await page.getByLabel('Field 4 may be null').check();
    await expect(page.locator('.curl').first()).toContainText(`/v1/streams/${name}`);
    await expect(page.locator('.curl').first()).toContainText('"note"');
    await page.getByRole('button', { name: 'Declare' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    const fields = page.getByRole('region', { name: `Fields of ${name}` });
    await expect(fields.getByRole('row', { name: /ts TIMESTAMP event time/ })).toBeVisible();
    await expect(fields.getByRole('row', { name: /note STRING or null/ })).toBeVisible();

    // One good event, one bad.
    await page.getByLabel(/Events, as a JSON array/).fill(samples());
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const answer = page.locator('.answer');
    await expect(answer).toContainText('1 stored');
    await expect(answer).toContainText('1 rejected');
    await expect(answer.getByRole('row', { name: /2 FIELD_TYPE .*value must be a DOUBLE or null/ })).toBeVisible();
    await expect(stat(page, 'Watermark')).toHaveText(/\d\d:\d\d:\d\d/);
    await expect(stat(page, 'Records')).toHaveText(/[1-9]/);
    await expect(stat(page, 'Rejected')).toHaveText('1');
    const watermark = await stat(page, 'Watermark').textContent();
    await page.getByLabel(/Events, as a JSON array/).fill(samples());
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(stat(page, 'Watermark')).not.toHaveText(watermark ?? '');

    // Whoever asks it stands there, and can be ended.
    const sql = `SELECT device, value FROM ${name} WHERE value > 7`;
    const asked = page.evaluate(
      (question) => fetch(`/v1/query?sql=${encodeURIComponent(question)}`).then((response) => response.text()),
      sql,
    );
    const row = page.getByRole('row').filter({ hasText: 'value > 7' });
    await expect(row).toContainText('live');
    await row.getByRole('button', { name: /^End/ }).click();
    await expect(row.getByRole('button', { name: 'Keep' })).toBeVisible();
    await row.getByRole('button', { name: 'End it for 1' }).click();
    await expect(row).toHaveCount(0);
    expect(await asked).toContain('QUERY_DELETED');

    // Deleted once its name is typed.
    const drop = page.getByRole('button', { name: `Delete ${name}` });
    await expect(drop).toBeDisabled();
    await page.getByLabel(`Type ${name} to delete it`).fill(name);
    await drop.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Streams');
    expect((await request.get(`/v1/streams/${name}`)).status()).toBe(404);
    await expect(page.getByRole('link', { name })).toHaveCount(0);

    await page.goto(`/#/streams/${name}`);
    await expect(page.getByText(`There is no stream ${name}`)).toBeVisible();
  });
});
