// What the page costs a browser, before the Sluice at $SLUICE_URL (a demo). `npm run cpu`: the share of a core with 21 series at
// 10 Hz and the whole fleet on the move. `npm run load`: until it can be used. Fails above the bounds.
import { readdirSync, readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { browser } from '../e2e/browser.mjs';

const BOUNDS = { core: 0.35, interactiveMs: 1_500 };
/** Fewer are not what the bound is for. */
const LEAST_SERIES = 20;
const WARM_UP_MS = 15_000;
const MEASURED_MS = 30_000;
const TASKS_MS = 8_000;
/** Clock ticks of /proc, a second. */
const TICKS = 100;
const RUNS = 5;

const what = process.argv[2];
const sluice = process.env.SLUICE_URL ?? 'http://localhost:8080';
const server = await chromium.launchServer({
  executablePath: await browser(),
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
const chrome = await chromium.connect(server.wsEndpoint());
let good;
try {
  good = what === 'cpu' ? await cpu() : await load();
} finally {
  await server.close();
}
process.exit(good ? 0 : 1);

async function cpu() {
  const page = await chrome.newPage({ locale: 'en-US', viewport: { width: 1280, height: 1500 } });
  await page.goto(`${sluice}/#/live?windows=0.1s`);
  const summary = page.getByText(/buses on \d+ routes/);
  await summary.waitFor();
  await page.waitForTimeout(WARM_UP_MS);
  const all = await share(page, MEASURED_MS, () => [seconds(server.process().pid)]);
  // Apart from it: what counts the page's tasks costs some per cent itself.
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const tasks = await share(page, TASKS_MS, async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return ['TaskDuration', 'ScriptDuration'].map((wanted) => metrics.find(({ name }) => name === wanted).value);
  });
  const series = await page
    .getByRole('img', { name: /busiest routes/ })
    .evaluateAll((charts) =>
      charts.reduce((sum, chart) => sum + chart.closest('figure').querySelectorAll('figcaption li').length, 0),
    );
  console.log(`${await summary.textContent()}`);
  console.log(`${series} series in windows of 0.1 s, at least ${LEAST_SERIES}, over ${MEASURED_MS / 1_000} s`);
  console.log(
    `${percent(tasks[0])} of the time: tasks of the page's main thread (Performance.getMetrics, TaskDuration)`,
  );
  console.log(`${percent(tasks[1])} of the time: of that its scripts (ScriptDuration)`);
  console.log(`${percent(all[0])} of a core: all processes of the browser (/proc), at most ${percent(BOUNDS.core)}`);
  return series >= LEAST_SERIES && all[0] <= BOUNDS.core;
}

/** By how much figures that are counted in seconds grow in a second. */
async function share(page, milliseconds, figures) {
  const began = Date.now();
  const before = await figures();
  await page.waitForTimeout(milliseconds);
  const after = await figures();
  const passed = (Date.now() - began) / 1_000;
  return after.map((figure, i) => (figure - before[i]) / passed);
}

/** Of a process and those that it has started. */
function seconds(root) {
  const processes = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      processes.set(Number(pid), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {
      // It has ended.
    }
  }
  const ours = (pid) => pid === root || (processes.has(pid) && ours(processes.get(pid).parent));
  return [...processes].reduce((sum, [pid, { ticks }]) => (ours(pid) ? sum + ticks / TICKS : sum), 0);
}

/** From the navigation on, nothing cached: until the page's controls are there, and until buses are. */
async function load() {
  const interactive = [];
  const buses = [];
  for (let run = 0; run < RUNS; run++) {
    const context = await chrome.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const began = Date.now();
    await page.goto(`${sluice}/#/live`, { waitUntil: 'commit' });
    await page.getByRole('button', { name: 'Zoom in' }).waitFor();
    interactive.push(Date.now() - began);
    await page.getByText(/^[\d,]*[1-9][\d,]* buses on/).waitFor();
    buses.push(Date.now() - began);
    await context.close();
  }
  console.log(
    `${median(interactive)} ms until it can be used, at most ${BOUNDS.interactiveMs} (median of ${RUNS}: ${interactive})`,
  );
  console.log(`${median(buses)} ms until the buses are on the map (median of ${RUNS}: ${buses})`);
  return median(interactive) <= BOUNDS.interactiveMs;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function percent(share) {
  return `${(share * 100).toFixed(1).padStart(5)} %`;
}
