import { expect, expectWholeAndAccessible, open, test } from './fixtures';

const HOSTILE = '<img src=x onerror="document.title=1">';

test('dead letters are shown as they came, sent again and deleted', async ({ page, request }) => {
  const name = `e2e_letters_${Date.now()}`;
  const definition = (unknown: string) => ({
    data: { fields: [{ name: 'device', type: 'STRING' }], key: 'device', partitions: 1, unknown },
  });
  const send = (...events: unknown[]) => request.post(`/v1/streams/${name}/events`, { data: events });
  await request.put(`/v1/streams/${name}`, definition('reject'));
  await send({ device: 'a', x: HOSTILE }, { device: 7 });

  await open(page, `streams/${name}`);
  await page.getByRole('link', { name: 'dead letters kept' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dead letters');
  const letters = page.getByRole('region', { name: 'Dead letters', exact: true });
  await expect(letters.getByRole('row')).toHaveCount(3);

  // What came is text, whatever it says.
  await letters
    .getByRole('row', { name: /FIELD_UNKNOWN/ })
    .getByRole('button', { name: /^Show/ })
    .click();
  await expect(page.locator('.curl pre')).toHaveText(JSON.stringify({ device: 'a', x: HOSTILE }));
  await expect(page.locator('main img')).toHaveCount(0);
  await expectWholeAndAccessible(page, 'dead-letters');

  // What comes is shown as it comes; the filter is in the address.
  await send({ device: 'b', y: 1 });
  await expect(letters.getByRole('row')).toHaveCount(4);
  await page.getByLabel('Code').selectOption('FIELD_TYPE');
  await expect(letters.getByRole('row')).toHaveCount(2);
  await expect(page).toHaveURL(/code=FIELD_TYPE/);

  // Deleted once that is confirmed: what is marked, and nothing else.
  await letters.getByRole('checkbox', { name: /^Mark [0-9a-z]+-\d+$/ }).check();
  await page.getByRole('button', { name: 'Delete 1 marked' }).click();
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.getByRole('button', { name: 'Delete 1 marked' }).click();
  await page.getByRole('button', { name: 'Yes, delete 1 marked' }).click();
  await expect(page.getByText('1 deleted')).toBeVisible();
  await expect(page.getByText('There is no letter like that')).toBeVisible();

  // The stream takes them now.
  await request.put(`/v1/streams/${name}`, definition('ignore'));
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByRole('button', { name: 'Replay all of these' }).click();
  await page.getByRole('button', { name: 'Yes, send all of these again' }).click();
  await expect(page.getByText('2 stored')).toBeVisible();
  await expect(page.getByText('There is no letter here')).toBeVisible();

  // A page of a stream that is gone would say so.
  await page.goto('about:blank');
  await request.delete(`/v1/streams/${name}`);
});
