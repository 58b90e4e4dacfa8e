// A run begun from a recipe is watched as it grows, stopped, and goes on.
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
