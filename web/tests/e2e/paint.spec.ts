// A first picture, one stopped, one looked at after a reload, from a second tab, and over a server that was killed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, photograph, painting, test, type Studio } from './studio.ts';
import type { Page } from '@playwright/test';

const quick = { model: 'procedural/julia', width: 96, height: 64 };

// A painting that takes minutes.
async function beginLong(page: Page, studio: Studio): Promise<void> {
  await page.goto(`${studio.url}/#/style`);
  await page.getByLabel('Photograph or film', { exact: true }).setInputFiles(photograph);
  await page.getByLabel('Painting', { exact: true }).setInputFiles(painting);
  await page.getByText('Optimisation', { exact: true }).click();
  await page.getByLabel('Iterations', { exact: true }).fill('100000');
  await page.getByRole('spinbutton', { name: 'Size' }).fill('64');
  await page.getByRole('button', { name: 'Paint', exact: true }).click();
  await expect(page.getByText(/\d+ of \d+/).first()).toBeVisible();
}

const stop = (page: Page) => page.getByRole('button', { name: 'Stop', exact: true }).click();

test('a recipe becomes a picture with one click', async ({ page, studio }) => {
  await page.goto(studio.url);
  await page.getByRole('button', { name: /molecule/ }).click();
  await expect(page.getByRole('img', { name: /^Painted:/ })).toBeVisible({ timeout: 60_000 });
});

test('a recipe that needs a picture paints its example with one click', async ({ page, studio }) => {
  await page.goto(studio.url);
  await page.getByRole('button', { name: /Try it on an example picture.*In a second/ }).click();
  await expect(page.getByRole('img', { name: /^Painted:/ })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Before and after' })).toBeVisible();
});

test('words become a picture on the start page', async ({ page, studio }) => {
  await page.goto(studio.url);
  await page.getByLabel('What shall be seen?').fill('a red circle');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('img', { name: 'Painted: a red circle' })).toBeVisible({ timeout: 60_000 });
});

test('a form becomes a picture; variations differ; again with a changed value', async ({ page, studio }) => {
  await page.goto(`${studio.url}/#/paint?task=paint`);
  await page.getByLabel('Model', { exact: true }).fill(quick.model);
  await page.getByLabel('Width').fill('96');
  await page.getByLabel('Height').fill('64');
  await page.getByRole('button', { name: 'Paint', exact: true }).click();
  const picture = page.getByRole('img', { name: /^Painted:.*julia/ });
  await expect(picture).toBeVisible();
  const first = await picture.getAttribute('src');

  await page.getByRole('button', { name: 'Variations' }).click();
  await expect(page.getByText('1 / 4')).toBeVisible();
  expect(await picture.getAttribute('src')).not.toBe(first);
  await page.getByRole('button', { name: 'Next picture' }).click();
  await expect(page.getByText('2 / 4')).toBeVisible();

  await page.getByRole('button', { name: 'Change' }).click();
  await expect(page.getByLabel('Width')).toHaveValue('96');
  await page.getByLabel('Seed', { exact: true }).fill('77');
  const done = page.getByRole('button', { name: /julia, Done/ }); // other tests have painted some too
  const before = await done.count();
  await page.getByRole('button', { name: 'Paint', exact: true }).click();
  await expect(done).toHaveCount(before + 1);
});

test('a film is painted as a photograph is', async ({ page, studio }) => {
  const film = join(studio.folder, 'clip.mp4');
  const made = spawnSync('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'testsrc=s=96x64:r=4:d=1',
    '-pix_fmt',
    'yuv420p',
    film,
  ]);
  expect(String(made.stderr)).toBe('');
  await page.goto(`${studio.url}/#/style`);
  await page.getByLabel('Photograph or film', { exact: true }).setInputFiles(film);
  await expect(page.getByRole('button', { name: 'Take Photograph or film away' })).toBeVisible();
  await page.getByText('Network', { exact: true }).click();
  await page.getByLabel('Model', { exact: true }).fill('starry-night');
  await page.getByRole('button', { name: 'Paint', exact: true }).click();
  await expect(page.locator('.stage video')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Before and after' })).toHaveCount(0);
});

test('what is missing is said beside its field', async ({ page, studio }) => {
  await page.goto(`${studio.url}/#/paint?task=paint`);
  await page.getByLabel('Width').fill('5000');
  await page.getByRole('button', { name: 'Paint', exact: true }).click();
  await expect(page.getByText('Width must be at most 4096.')).toBeVisible();
  await expect(page.getByLabel('Width')).toHaveAttribute('aria-invalid', 'true');
});

test('what the server refuses is shown in its words', async ({ page, studio }) => {
  await page.goto(`${studio.url}/#/paint?task=paint`);
  await page.getByLabel('Model', { exact: true }).fill('no-such-model');
  await page.getByRole('button', { name: 'Paint', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'no-such-model' })).toBeVisible();
});

test('a painting shows itself on its way and can be stopped', async ({ page, studio }) => {
  await beginLong(page, studio);
  await expect(page.getByRole('img', { name: 'The picture on its way' })).toBeVisible();
  await stop(page);
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeHidden();
  await page.goto(`${studio.url}/#/queue`);
  await expect(page.getByText('Stopped').first()).toBeVisible();
});

test('a reload in the middle loses nothing', async ({ page, studio }) => {
  await beginLong(page, studio);
  await page.reload();
  await expect(page.getByText(/\d+ of \d+/).first()).toBeVisible();
  await expect(page.getByLabel('Iterations', { exact: true })).toHaveValue('100000');
  await stop(page);
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeHidden();
});

test('a second tab sees the same', async ({ page, context, studio }) => {
  const second = await context.newPage();
  await second.goto(`${studio.url}/#/queue`);
  await beginLong(page, studio);
  const row = second.getByRole('list', { name: 'Open jobs' }).getByRole('listitem');
  await expect(row).toHaveCount(1);
  await expect(row.getByText(/\d+ of \d+/)).toBeVisible();
  await row.getByRole('button', { name: /^Stop/ }).click();
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeHidden();
});

test('jobs that wait exchange their places', async ({ page, context, studio }) => {
  const long = { model: 'procedural/mandelbrot', width: 256, batch: 400 };
  const busy = await studio.submit('paint', { ...long, seed: 1 });
  await expect.poll(() => studio.stateOf(busy)).toBe('running');
  for (const model of ['procedural/julia', 'procedural/worley', 'procedural/simplex'])
    await studio.submit('paint', { model, width: 32, height: 32, seed: 9 });
  const second = await context.newPage();
  for (const one of [page, second]) await one.goto(`${studio.url}/#/queue`);
  const waiting = (one: Page) => one.getByRole('list', { name: 'Open jobs' }).locator('li').locator('strong');
  await expect(waiting(page)).toHaveText([/mandelbrot/, /julia/, /worley/, /simplex/]);
  await page.getByRole('button', { name: /^Sooner: .*simplex/ }).click();
  for (const one of [page, second]) await expect(waiting(one)).toHaveText([/mandelbrot/, /julia/, /simplex/, /worley/]);
  await page.getByRole('button', { name: /^Later: .*julia/ }).click();
  for (const one of [page, second]) await expect(waiting(one)).toHaveText([/mandelbrot/, /simplex/, /julia/, /worley/]);
  await page.reload();
  await expect(waiting(page)).toHaveText([/mandelbrot/, /simplex/, /julia/, /worley/]);
  await page.getByRole('button', { name: /^Stop .*mandelbrot/ }).click();
  await expect(page.getByText('Nothing waits.')).toBeVisible({ timeout: 60_000 });
});

test('a server that is killed and started again goes on where it was', async ({ page, studio }) => {
  await studio.done(await studio.submit('paint', { ...quick, seed: 5 }));
  await beginLong(page, studio);
  await studio.stop();
  await expect(page.getByText('The studio does not answer. Work goes on there')).toBeVisible();
  await studio.start();
  await expect(page.getByText('The studio does not answer. Work goes on there')).toBeHidden({ timeout: 60_000 });
  await expect(page.getByText(/\d+ of \d+/).first()).toBeVisible({ timeout: 60_000 });
  await stop(page);
  await page.goto(`${studio.url}/#/gallery`);
  await expect(page.getByRole('link', { name: /julia/ }).first()).toBeVisible();
});
