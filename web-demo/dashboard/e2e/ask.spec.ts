import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ask, EACH_SECOND, finals, seconds } from './asking';
import { expect, expectWholeAndAccessible, open, type Page, test } from './fixtures';

const run = promisify(execFile);

const ROUTES =
  "SELECT route, COUNT(*) AS reports, AVG(speed) AS mean FROM buses WHERE route IS NOT NULL GROUP BY TUMBLE(ts, INTERVAL '5' SECOND), route";

/** The editor that has come, empty. */
async function write(page: Page, sql: string) {
  const editor = page.locator('.cm-content');
  await editor.fill('');
  await editor.pressSequentially(sql);
}

/** What a file Ask.java prints until it ends: a kind and its JSON, a line each. */
async function java(source: string): Promise<{ kind: string; data: unknown }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-ask-'));
  try {
    const file = join(folder, 'Ask.java');
    await writeFile(file, source);
    const launcher = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
    const { stdout } = await run(launcher, [file], { timeout: 90_000 });
    return stdout
      .trim()
      .split('\n')
      .map((line) => /^(\S+) (.*)$/.exec(line) ?? [])
      .map(([, kind = '', data = 'null']) => ({ kind, data: JSON.parse(data) }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('completes from the catalog', async ({ page }) => {
  await open(page, 'ask');
  const offered = page.getByRole('listbox').getByRole('option');
  // For a moment a list takes no key: one that was meant for the text would choose from it.
  await expect(async () => {
    await write(page, 'SELECT lati');
    await expect(offered.first()).toContainText('latitude');
    await expect(offered.first()).toContainText('DOUBLE');
    await page.keyboard.press('Enter');
    await expect(page.locator('.cm-content')).toHaveText('SELECT latitude', { timeout: 1_000 });
  }).toPass();
  await page.keyboard.type(' FROM bus');
  await expect(offered.first()).toContainText('buses');
  await page.keyboard.press('Escape');
  await expect(page.locator('.cm-content')).toContainText('SELECT latitude FROM bus');
  await page.keyboard.press('Tab');
  await expect(page.locator('.cm-content')).not.toBeFocused();
});

test('underlines an error at its place, says what is meant, and mends it', async ({ page }) => {
  await open(page, 'ask');
  await write(page, 'SELECT bus, sped FROM buses');
  await page.keyboard.press('Escape');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('sped');
  await expect(page.locator('.ask-note')).toContainText('Line 1, column 13');
  await page.locator('.ask-note').getByRole('button', { name: 'Use speed' }).click();
  await expect(page.locator('.cm-content')).toHaveText('SELECT bus, speed FROM buses');
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(0);
  await expect(page.locator('.ask-note')).toContainText('Reads buses');
});

test('rows come, then points; after a pause what was missed comes, each once', async ({ page }) => {
  await ask(page, { sql: EACH_SECOND, from: '-10s' });
  await expect(page.locator('[data-run=running]')).toBeVisible();
  await expect.poll(() => finals(page)).toBeGreaterThan(3);
  const chart = page.getByRole('img', { name: 'reports of each window' });
  await expect.poll(async () => Number(await chart.getAttribute('data-points'))).toBeGreaterThan(3);
  await expect(page.locator('[data-accounting]')).toContainText('events read');

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.locator('[data-run=paused]')).toBeVisible();
  const before = await finals(page);
  await expect(page.getByText(/Paused for [2-9]/)).toBeVisible();
  expect(await finals(page)).toBe(before);

  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect.poll(() => finals(page)).toBeGreaterThan(before + 2);
  const shown = await seconds(page);
  expect(shown.length).toBeGreaterThan(before);
  expect(shown, 'each second once').toEqual(shown.map((_, i) => (shown[0] as number) + i));
});

test('early rows are told from final ones, which take their places', async ({ page }) => {
  await ask(page, { sql: ROUTES, from: '-10s', emit: 'changes' });
  const rows = page.getByRole('region', { name: 'Rows, newest first' });
  await expect(rows.locator('tr.early').first()).toContainText('early');
  await expect(rows.locator('tbody tr:not(.early)').first()).toContainText('final');
  const cells = await rows
    .locator('tbody tr')
    .evaluateAll((all) =>
      all.map((row) => `${row.querySelector('time')?.dateTime} ${row.querySelectorAll('td')[2]?.textContent}`),
    );
  expect(new Set(cells).size).toBe(cells.length);
});

test('plays what was, faster than it was, and not what never was', async ({ page }) => {
  await open(page, 'ask');
  await write(page, EACH_SECOND);
  await page.keyboard.press('Escape');
  await page.getByLabel('From').fill('-30d');
  await page.getByLabel('Speed').fill('10');
  await page.locator('.cm-content').press('Control+Enter');
  await expect(page).toHaveURL(/speed=10/);
  await page.getByRole('link', { name: 'Play it from the first event' }).click();
  await expect.poll(() => finals(page)).toBeGreaterThan(2);
  await expect(page.getByLabel('From')).toHaveValue('earliest');
});

test('a report ends, with all its rows', async ({ page }) => {
  await ask(page, { sql: 'SELECT COUNT(*) AS reports FROM buses', from: '-1m', to: 'now' });
  await expect(page.locator('[data-run=ended]')).toHaveText('Complete');
  await expect(page.getByRole('region', { name: 'Rows, newest first' }).locator('tbody tr')).toHaveCount(1);
});

test('explains, remembers, and is shared by its address', async ({ page, context }) => {
  await ask(page, { sql: EACH_SECOND, from: '-10s' });
  await page.getByRole('tab', { name: 'Plan' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('Groups by time');
  await expect(page.getByRole('tabpanel')).toContainText('tumble 1');
  await page.getByRole('tab', { name: 'Recent' }).click();
  await expect(page.getByRole('tabpanel').getByRole('button').first()).toContainText('COUNT(*) AS reports');

  const again = await context.newPage();
  await again.goto(page.url());
  await expect.poll(() => finals(again)).toBeGreaterThan(1);
  await expect(again.locator('.cm-content')).toHaveText(EACH_SECOND);
});

test('what is copied asks the same', async ({ page }) => {
  await ask(page, { sql: "SELECT COUNT(*) AS n, 'it''s' AS said FROM buses", from: '-1m', to: 'now' });
  await page.getByRole('tab', { name: 'Code' }).click();
  const copied = async (name: string) => (await page.locator(`[data-copy=${name}]`).textContent()) ?? '';
  const { stdout } = await run('sh', ['-c', `${await copied('curl')} -s --max-time 20`]);
  const rows = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  expect(rows.find(({ row }) => row)?.row).toMatchObject({ said: "it's" });

  const [said] = await Promise.all([
    page.waitForEvent('console', (message) => message.text().startsWith('row')),
    page.evaluate(`{ ${await copied('EventSource')} }`),
  ]);
  expect(await said.args()[1]?.jsonValue()).toMatchObject({ said: "it's" });

  const printed = await java(await copied('Java'));
  expect(printed.find(({ kind }) => kind === 'row')?.data).toMatchObject({ said: "it's" });
  expect(printed.at(-1)?.kind).toBe('end');
});

test('an answer is whole and accessible', async ({ page }) => {
  await ask(page, { sql: `${ROUTES} ORDER BY reports DESC LIMIT 5`, from: '-30s', emit: 'changes' });
  await expect.poll(() => finals(page)).toBeGreaterThan(10);
  await expect(page.locator('tr.early').first()).toBeVisible();
  await expect(page.locator('.cm-content')).toBeVisible();
  await expectWholeAndAccessible(page, 'ask-answer');
});
