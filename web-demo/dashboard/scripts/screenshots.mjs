// The README's pictures, of the demo at $SLUICE_URL: `npm run screenshots`. Takes some minutes, so that there is something to see.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { browser } from '../e2e/browser.mjs';

const IMAGES = join(import.meta.dirname, '..', '..', '..', 'deployment', 'docs', 'images');
const MOST_BYTES = 150_000;
const QUALITY = 82;
/** Pixels of the narrow page's head, which stays where it is. */
const BELOW_HEADER = 60;
const sluice = process.env.SLUICE_URL ?? 'http://localhost:8080';

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

const SPEEDS = `SELECT route, AVG(speed) * 3.6 AS kmh, COUNT(*) AS reports
FROM buses
WHERE route IN ('7', '20', '801')
GROUP BY TUMBLE(ts, INTERVAL '5' SECOND), route`;

/** Each as soon as there is something to be seen. */
const PICTURES = [
  {
    name: 'live',
    path: 'live?windows=1s',
    theme: 'dark',
    viewport: WIDE,
    ready: (page) => page.waitForTimeout(50_000),
  },
  {
    name: 'ask',
    path: `ask?${new URLSearchParams({ sql: SPEEDS, from: '-2m', emit: 'changes', every: '1s' })}`,
    theme: 'light',
    viewport: WIDE,
    ready: (page) => page.waitForTimeout(12_000),
  },
  {
    name: 'flow',
    path: 'flow',
    theme: 'dark',
    viewport: NARROW,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Pause Kafka for 10 s' }).click();
      await page.getByText(/Demand has stopped: \d{2,} devices/).waitFor();
      await page.waitForTimeout(4_000);
      const title = page.getByRole('heading', { name: 'The way of the data' });
      await title.evaluate((heading, below) => scrollBy(0, heading.getBoundingClientRect().top - below), BELOW_HEADER);
    },
  },
];

mkdirSync(IMAGES, { recursive: true });
const chrome = await chromium.launch({
  executablePath: await browser(),
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
let good = true;
try {
  for (const { name, path, theme, viewport, ready } of PICTURES) {
    const page = await chrome.newPage({ locale: 'en-US', timezoneId: 'UTC', colorScheme: theme, viewport });
    await page.goto(`${sluice}/#/${path}`);
    await page.locator('[data-connection=live]').waitFor();
    await ready(page);
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
    const image = Buffer.from(data, 'base64');
    writeFileSync(join(IMAGES, `${name}.webp`), image);
    console.log(`${(image.length / 1000).toFixed(0).padStart(5)} kB  ${name}.webp`);
    good &&= image.length <= MOST_BYTES;
    await page.close();
  }
} finally {
  await chrome.close();
}
process.exit(good ? 0 : 1);
