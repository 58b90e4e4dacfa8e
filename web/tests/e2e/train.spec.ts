// A run begun from a recipe is watched as it grows, stopped, and goes on; two runs are laid beside each other.
import { expect, test } from './studio.ts';

test('train and watch', async ({ page, studio }) => {
  await page.goto(`${studio.url}/#/train`);
  await page.getByLabel('Config').selectOption('vae-mnist');
  await page.getByLabel('Data', { exact: true }).fill('procedural:worley');
  const length = page.locator('details').filter({ has: page.locator('summary', { hasText: 'Length' }) });
  await length.locator('summary').click();
  await length.getByLabel('Steps').fill('100000');
  await length.getByLabel('Batch').fill('4');
  await page.getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByRole('heading', { name: 'vae-mnist' })).toBeVisible();
  await expect(page.getByRole('img', { name: /over [1-9]\d* logged steps/ })).toBeVisible({ timeout: 90_000 });

  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Go on' })).toBeVisible();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText(/\d+ of 100000/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByText(/^Stopped/)).toBeVisible();
});

test('two runs are compared', async ({ page, studio }) => {
  const begin = (seed: number) =>
    studio.submit('train', {
      config: 'vae-mnist',
      data: 'procedural:worley',
      steps: 20,
      batch: 4,
      seed,
      'log-every': 5,
    });
  const [first, second] = [await begin(1), await begin(2)];
  await studio.done(first);
  await studio.done(second);
  await page.goto(`${studio.url}/#/train?run=${first}`);
  const lines = page.locator('.u-legend .u-series');
  await expect(lines).toHaveCount(2); // the step, and the run
  const [alone] = await lines.nth(1).locator('.u-value').allTextContents();
  await page
    .locator('.run-list li', { has: page.locator(`a[href="#/train?run=${second}"]`) })
    .getByRole('checkbox')
    .check();
  await expect(page).toHaveURL(new RegExp(`run=${first}&with=${second}`));
  await expect(lines).toHaveCount(3);
  await expect(lines.nth(2).locator('.u-label')).toHaveText(`vae-mnist ${second.slice(-4)}`);
  await expect(lines.nth(2).locator('.u-value')).toHaveText(/\d/); // its figures come after its name
  const values = await lines.locator('.u-value').allTextContents();
  expect(values[1]).toBe(alone);
  expect(values[2]).not.toBe(alone);
  await page.reload();
  await expect(lines).toHaveCount(3);
});
