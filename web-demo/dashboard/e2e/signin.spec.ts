import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ask, EACH_SECOND, finals } from './asking';
import {
  expect,
  expectWholeAndAccessible,
  type Page,
  screenshot,
  test,
  VIEWPORTS,
  violations,
  widerThanTheWindow,
} from './fixtures';

/** A gateway that asks for tokens, and what they are signed with: DashboardTest's. */
const asking = process.env.SLUICE_ASKING;
const keyFile = process.env.SLUICE_ASKING_KEY;

function token(rights: string, seconds = 3_600): string {
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = { sub: 'operations@plant.example', scope: rights, exp: Math.floor(Date.now() / 1_000) + seconds };
  const signed = `${encoded({ alg: 'ES256', typ: 'JWT' })}.${encoded(claims)}`;
  const key = createPrivateKey(readFileSync(keyFile as string));
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

async function expectToBeAsked(page: Page) {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await expect(page).toHaveTitle('Sign in · Sluice');
  await expect(page.getByLabel('Token', { exact: true })).toBeFocused();
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeHidden();
}

async function signIn(page: Page, with_: string) {
  await page.getByLabel('Token', { exact: true }).fill(with_);
  await page.keyboard.press('Enter');
}

const kept = (page: Page) => page.evaluate(() => [sessionStorage.length, document.cookie.length]);

test.describe('where tokens are asked for', () => {
  test.skip(!asking || !keyFile, 'needs a gateway that asks for tokens: SLUICE_ASKING');
  // What is refused is a failed request in the browser's eyes.
  test.use({ baseURL: asking, expectedErrors: [/status of 40[13]/] });

  test('a token opens the page that one came for, in this tab, until one signs out', async ({ page, context }) => {
    await page.goto('/#/streams');
    await expectToBeAsked(page);
    await signIn(page, 'no.such.token');
    await expect(page.getByRole('alert')).toContainText('TOKEN_INVALID');
    await expect(page.getByLabel('Token', { exact: true })).toBeFocused();
    await expectWholeAndAccessible(page, 'sign-in');

    const secret = token('query:*');
    await signIn(page, secret);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Streams');
    await expect(page.getByRole('main')).toBeFocused();
    await expect(page.getByRole('link', { name: 'buses' })).toBeVisible();
    await expect(page.locator('.signed-in')).toContainText(/Signed in as operations@plant.example.*until \d+:\d\d/);
    expect(await violations(page)).toEqual([]);
    expect(await widerThanTheWindow(page)).toBeLessThanOrEqual(0);
    await screenshot(page, 'signed-in');
    expect(await kept(page)).toEqual([1, 0]);
    expect(await page.evaluate(() => Object.values(localStorage).join())).not.toContain(secret);

    await page.reload();
    await expect(page.getByRole('link', { name: 'buses' })).toBeVisible();
    const other = await context.newPage();
    await other.goto('/#/streams');
    await expectToBeAsked(other);
    await other.close();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await expectToBeAsked(page);
    await expect(page.getByRole('alert')).toHaveCount(0);
    expect(await kept(page)).toEqual([0, 0]);
  });

  test('an expired token leads back with the reason, and a new one to where one was', async ({ page }) => {
    await page.goto(`/#/ask?${new URLSearchParams({ sql: EACH_SECOND, from: '-10s' })}`);
    await expectToBeAsked(page);
    await signIn(page, token('query:*', 5));
    await expect.poll(() => finals(page)).toBeGreaterThan(0);
    await expect(page.getByRole('alert')).toContainText('Your token has expired');
    await expectToBeAsked(page);
    await signIn(page, token('query:*'));
    await expect.poll(() => finals(page)).toBeGreaterThan(0);
  });

  test('what a token has no right to is refused in words, and all else goes on', async ({ page }) => {
    await page.goto('/#/streams/buses');
    await signIn(page, token('query:buses'));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('buses');

    await page.getByLabel('Type buses to delete it').fill('buses');
    await page.getByRole('button', { name: 'Delete buses' }).click();
    await expect(page.getByRole('alert')).toContainText('this needs the right admin');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'ingest:buses' })).toBeVisible();

    await page.setViewportSize(VIEWPORTS[0]);
    for (const name of ['Flow', 'Devices']) {
      await page.getByRole('link', { name, exact: true }).click();
      await expect(page.getByRole('alert').first()).toContainText('this needs the right admin');
      await screenshot(page, `forbidden-${name}`);
    }
    await ask(page, { sql: EACH_SECOND, from: '-10s' });
    await expect.poll(() => finals(page)).toBeGreaterThan(0);
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  });
});
