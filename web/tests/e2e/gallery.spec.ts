// Found again, told where from, deleted and brought back.
import { contentOf, expect, photograph, painting, test } from './studio.ts';

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
  expect((await contentOf(whole)).includes('procedural/simplex')).toBe(true);
  expect((await contentOf(bare)).includes('procedural/simplex')).toBe(false);
});

// A sheet of 256 x 192 corners: as glTF with the picture on it, and as a closed plate of 100 mm for printers.
test('a picture is taken out as a relief', async ({ page, studio }) => {
  const picture = await studio.pictureOf(
    await studio.submit('paint', { model: 'procedural/mandelbrot', width: 64, height: 48, seed: 4 }),
  );
  await page.goto(`${studio.url}/#/picture/${picture}`);
  await page.getByRole('link', { name: 'Relief' }).click();
  const shown = page.getByRole('img', { name: /as a relief/ });
  await expect(shown).toHaveAttribute('width', '256');
  const take = async (kind: string) => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: kind, exact: true }).click(),
    ]);
    return [file.suggestedFilename(), await contentOf(file)] as const;
  };
  const [gltfName, gltf] = await take('glTF');
  expect(gltfName).toBe('relief.glb');
  expect(gltf.toString('latin1', 0, 4)).toBe('glTF');
  expect(gltf.readUInt32LE(8)).toBe(gltf.length);
  const scene = JSON.parse(gltf.toString('utf8', 20, 20 + gltf.readUInt32LE(12))) as {
    accessors: { count: number; max: number[] }[];
    bufferViews: { byteOffset: number; byteLength: number }[];
  };
  expect(scene.accessors.map(({ count }) => count)).toEqual([49152, 49152, 49152, 6 * 255 * 191]);
  expect(scene.accessors[0]?.max).toEqual([expect.closeTo(0.5), expect.closeTo(0.5 * (191 / 255)), expect.any(Number)]);
  const image = (scene.bufferViews[4]?.byteOffset ?? 0) + 28 + gltf.readUInt32LE(12);
  expect(gltf.readUInt16BE(image)).toBe(0xffd8); // a JPEG begins

  const [stlName, stl] = await take('STL');
  expect(stlName).toBe('relief.stl');
  const triangles = stl.readUInt32LE(80);
  expect(triangles).toBe(4 * 255 * 191 + 4 * (255 + 191));
  expect(stl.length).toBe(84 + 50 * triangles);
  const highest = [0, 0, 0];
  for (let k = 0; k < triangles; ++k)
    for (let value = 0; value < 9; ++value)
      highest[value % 3] = Math.max(highest[value % 3] ?? 0, stl.readFloatLE(84 + 50 * k + 12 + 4 * value));
  expect(highest[0]).toBeCloseTo(100, 3);
  expect(highest[1]).toBeCloseTo((100 * 191) / 255, 3);
  expect(highest[2]).toBeGreaterThan(2.1); // the plate, and what is raised on it
  expect(highest[2]).toBeLessThanOrEqual(10.001);
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
