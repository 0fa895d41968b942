import { open, type Page } from './fixtures';

/** A row for each second. */
export const EACH_SECOND = "SELECT COUNT(*) AS reports FROM buses GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)";

export async function ask(page: Page, parameters: Record<string, string>) {
  await open(page, `ask?${new URLSearchParams(parameters)}`);
}

/** How many final rows have come. */
export async function finals(page: Page): Promise<number> {
  return Number(await page.locator('[data-finals]').getAttribute('data-finals'));
}

/** Of the rows that are shown where their windows begin, in seconds of the epoch, oldest first. */
export async function seconds(page: Page): Promise<number[]> {
  const starts = await page
    .getByRole('region', { name: 'Rows, newest first' })
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => row.querySelector('time')?.dateTime ?? ''));
  return starts.map((iso) => Date.parse(iso) / 1_000).reverse();
}
