// Found again, told where from, deleted and brought back.
import { expect, photograph, painting, test } from './studio.ts';

test.beforeAll(async ({ studio }) => {
  await studio.done(await studio.submit('paint', { model: 'procedural/julia', width: 64, height: 64, seed: 1 }));
  await studio.done(await studio.submit('paint', { model: 'procedural/simplex', width: 64, height: 64, seed: 2 }));
});

test('the search narrows as one types', async ({ page, studio }) => {
  await page.goto(`${studio.url}/#/gallery`);
  await expect(page.getByRole('link', { name: /julia/ }).first()).toBeVisible();
  await page.getByRole('searchbox').fill('simplex');
  await expect(page.locator('.tile')).toHaveCount(1);
  await expect(page.getByRole('link', { name: /simplex/ })).toBeVisible();
  await page.getByRole('searchbox').fill('nothing goes by this');
  await expect(page.getByText('Nothing here goes by these words.')).toBeVisible();
});

test('the search finds what an annotation says', async ({ page, studio }) => {
  await studio.done(await studio.submit('paint', { prompt: 'a red fox', width: 64, height: 64, seed: 3 }));
  const source = await studio.firstPicture();
  await studio.done(await studio.submit('annotate', { source, tags: 0, caption: true, 'caption-language': 'chinese' }));
  await page.goto(`${studio.url}/#/gallery`);
  await page.getByRole('searchbox').fill('狐狸');
  await expect(page.locator('.tile')).toHaveCount(1);
  await page.getByRole('link', { name: /a red fox/ }).click();
  await expect(page.getByText('a red fox').first()).toBeVisible();
});

test('a picture tells its recipe, and downloads with or without it', async ({ page, studio }) => {
  await page.goto(`${studio.url}/#/gallery`);
  await page.getByRole('link', { name: /simplex/ }).click();
  await expect(page.getByText('procedural/simplex', { exact: true })).toBeVisible();
  await page.getByText('The whole recipe').click();
  await expect(page.locator('pre')).toContainText('procedural/simplex');
  const [whole] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download' }).click(),
  ]);
  const [bare] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'without recipe' }).click(),
  ]);
  const size = async (download: typeof whole) => {
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  expect((await size(whole)).includes('procedural/simplex')).toBe(true);
  expect((await size(bare)).includes('procedural/simplex')).toBe(false);
});

test('a picture knows what it was made from', async ({ page, studio }) => {
  await page.goto(`${studio.url}/#/style`);
  await page.getByLabel('Photograph or film', { exact: true }).setInputFiles(photograph);
  await page.getByLabel('Painting', { exact: true }).setInputFiles(painting);
  await page.getByRole('spinbutton', { name: 'Size' }).fill('64');
  await page.getByText('Optimisation', { exact: true }).click();
  await page.getByLabel('Iterations', { exact: true }).fill('2');
  await page.getByRole('button', { name: 'Paint', exact: true }).click();
  await page.getByRole('button', { name: 'Before and after' }).click({ timeout: 60_000 });
  const line = page.getByRole('slider', { name: 'Line between before and after' });
  await line.focus();
  await page.keyboard.press('ArrowRight');
  await expect(line).toHaveValue('51');
  await page.goto(`${studio.url}/#/gallery`);
  await page.locator('.tile').first().click();
  await expect(page.getByRole('heading', { name: 'Family' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'A picture it was made from' }).first()).toBeVisible();
});

test('what was deleted can be brought back for a while', async ({ page, studio }) => {
  await page.goto(`${studio.url}/#/gallery`);
  await page.getByRole('link', { name: /simplex/ }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('link', { name: /simplex/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: /simplex/ }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Deleted.')).toBeHidden({ timeout: 15_000 });
  await page.reload();
  await expect(page.locator('.tile').first()).toBeVisible();
  await expect(page.getByRole('link', { name: /simplex/ })).toHaveCount(0);
});
