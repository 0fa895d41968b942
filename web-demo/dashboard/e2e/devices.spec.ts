import { expect, open, test } from './fixtures';

test('the fleet is here, each bus with its rate; one is found, and its page is paged', async ({ page }) => {
  await open(page, 'devices');
  const table = page.getByRole('region', { name: 'Devices that are here' });
  await expect(table.getByRole('row')).toHaveCount(51, { timeout: 60_000 });
  await expect(page.getByText(/^1–50 of \d+$/)).toBeVisible();
  const first = table.getByRole('row').nth(1);
  await expect(first).toContainText('buses');
  await expect(first).toContainText('/s');

  await page.getByRole('button', { name: 'After' }).click();
  await expect(page.getByText(/^51–100 of \d+$/)).toBeVisible();

  await page.getByLabel('First').selectOption('By device');
  const bus = await table.getByRole('row').nth(1).getByRole('cell').first().innerText();
  await page.getByLabel('Find a device, client, address or stream').fill(bus);
  await expect(page.getByRole('navigation', { name: 'Pages of devices' })).toBeHidden();
  await expect(table.getByRole('row').nth(1).getByRole('cell').first()).toHaveText(bus);

  await page.getByLabel('Find a device, client, address or stream').fill('nobody is called so');
  await expect(page.getByText('None is found')).toBeVisible();
});

test('who comes and who goes is shown as it happens', async ({ page, baseURL }) => {
  await open(page, 'devices');
  const came = page.getByRole('region', { name: 'Devices that came and went' });
  await page.evaluate(
    (url) =>
      new Promise<void>((done, failed) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/streams/buses/events`);
        socket.onopen = () => {
          socket.close(1000);
          done();
        };
        socket.onerror = () => failed(new Error('no connection'));
      }),
    baseURL as string,
  );
  await expect(came.getByRole('row', { name: /closed .*Mozilla/ }).first()).toBeVisible({ timeout: 30_000 });
  await expect(came.getByRole('row', { name: /came .*Mozilla/ }).first()).toBeVisible();
});
