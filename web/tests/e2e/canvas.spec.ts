// On the canvas: a mask keeps what it does not cover, undo takes strokes back, the frame reaches beyond.
import { expect, photograph, test } from './studio.ts';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

async function openPhotograph(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/#/canvas`);
  await page.getByLabel('A picture to work on').setInputFiles(photograph);
  await expect(page.getByRole('toolbar')).toBeVisible();
}

const sheet = (page: Page) => page.getByRole('img', { name: /^(The sheet|画纸)/ });

async function stroke(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  const box = await sheet(page).boundingBox();
  if (!box) throw new Error('no sheet');
  await page.mouse.move(box.x + box.width * from[0], box.y + box.height * from[1]);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to[0], box.y + box.height * to[1], { steps: 8 });
  await page.mouse.up();
}

// Red, green and blue at a place of the sheet, from 0 to 1 across and down.
const colourAt = (page: Page, x: number, y: number) =>
  sheet(page).evaluate(
    (canvas, [left, top]) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const context = (canvas as HTMLCanvasElement).getContext('2d');
      return [...(context?.getImageData(width * left, height * top, 1, 1).data ?? [])].slice(0, 3);
    },
    [x, y] as const,
  );

test('what is painted under a mask leaves the rest as it was', async ({ page, studio }) => {
  await openPhotograph(page, studio.url);
  await expect.poll(() => colourAt(page, 0.9, 0.9)).not.toEqual([255, 255, 255]);
  const [inside, outside] = [await colourAt(page, 0.3, 0.3), await colourAt(page, 0.9, 0.9)];
  await stroke(page, [0.2, 0.3], [0.4, 0.3]);
  await page.getByLabel('What to do').selectOption('post');
  await page.getByRole('textbox', { name: 'Chain' }).fill('invert');
  await page.getByRole('button', { name: 'Paint', exact: true }).click();
  await expect(page.getByText('Layers 2')).toBeVisible();
  await expect.poll(() => colourAt(page, 0.3, 0.3)).toEqual(inside.map((value) => expect.closeTo(255 - value, -1)));
  expect(await colourAt(page, 0.9, 0.9)).toEqual(outside);
});

test('strokes are taken back and done again', async ({ page, studio }) => {
  await openPhotograph(page, studio.url);
  await expect.poll(() => colourAt(page, 0.5, 0.5)).not.toEqual([255, 255, 255]);
  const before = await colourAt(page, 0.5, 0.5);
  await page.keyboard.press('p');
  await stroke(page, [0.4, 0.5], [0.6, 0.5]);
  await expect.poll(() => colourAt(page, 0.5, 0.5)).toEqual([29, 29, 28]);
  await page.keyboard.press('Control+z');
  await expect.poll(() => colourAt(page, 0.5, 0.5)).toEqual(before);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => colourAt(page, 0.5, 0.5)).toEqual([29, 29, 28]);
  await page.reload();
  await expect.poll(() => colourAt(page, 0.5, 0.5)).toEqual([29, 29, 28]);
});

test('the frame is dragged or moved by keys', async ({ page, studio }) => {
  await openPhotograph(page, studio.url);
  await page.getByRole('button', { name: /Reach beyond/ }).click();
  const right = page.getByRole('slider', { name: 'Beyond the right edge' });
  await right.focus();
  for (let i = 0; i < 4; ++i) await page.keyboard.press('ArrowRight');
  await expect(right).toHaveAttribute('aria-valuenow', '64');
  const top = page.getByRole('slider', { name: 'Beyond the upper edge' });
  const box = await top.boundingBox();
  if (!box) throw new Error('no handle');
  await page.mouse.move(box.x + 20, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 20, box.y - 40, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => Number(await top.getAttribute('aria-valuenow'))).toBeGreaterThan(8);
});

// The tiny checkpoint of the tests paints noise, which is as good as any picture for this.
test('what the frame was dragged out to is painted', async ({ page, studio }) => {
  const make = process.env['MAKE_CHECKPOINT'];
  test.skip(!make, 'MAKE_CHECKPOINT names the program that writes a checkpoint');
  execFileSync(make ?? '', ['tiny', join(studio.models, 'tiny.safetensors'), 'f32']);
  const small = await studio.pictureOf(
    await studio.submit('paint', { model: 'procedural/julia', width: 128, height: 128, seed: 5 }),
  );
  await page.goto(`${studio.url}/#/canvas`);
  await page
    .getByLabel('A picture to work on')
    .setInputFiles({ name: 'small.png', mimeType: 'image/png', buffer: await studio.bytesOf(small) });
  await expect(sheet(page)).toHaveAccessibleName(/^The sheet, 128 by 128/);
  await expect.poll(() => colourAt(page, 0.25, 0.5)).not.toEqual([255, 255, 255]);
  const before = await colourAt(page, 0.25, 0.5);

  await page.keyboard.press('f');
  const right = page.getByRole('slider', { name: 'Beyond the right edge' });
  const [edge, whole] = [await right.boundingBox(), await sheet(page).boundingBox()];
  if (!edge || !whole) throw new Error('no frame');
  const [x, y] = [edge.x + edge.width / 2, edge.y + edge.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + whole.width / 4, y, { steps: 6 });
  await page.mouse.up();
  await expect(right).toHaveAttribute('aria-valuenow', '32');

  await page.getByLabel('What to do').selectOption('paint');
  await page.getByLabel('Model', { exact: true }).fill('file:tiny.safetensors');
  const [sent] = await Promise.all([
    page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/v1/jobs')),
    page.getByRole('button', { name: 'Paint', exact: true }).click(),
  ]);
  expect((sent.postDataJSON() as { request: { outpaint: number[] } }).request.outpaint).toEqual([0, 32, 0, 0]);
  await expect(page.getByText('Layers 2')).toBeVisible();
  await expect(sheet(page)).toHaveAccessibleName(/^The sheet, 160 by 128/);
  await expect.poll(() => colourAt(page, 0.9, 0.5)).not.toEqual([255, 255, 255]);
  expect(await colourAt(page, 0.2, 0.5)).toEqual(before.map((value) => expect.closeTo(value, -1)));
});

// How many pixels high the line is in the middle of the sheet, about a height from 0 to 1.
const widthOfLine = (page: Page, y: number) =>
  sheet(page).evaluate((canvas, middle) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const context = (canvas as HTMLCanvasElement).getContext('2d');
    const column = context?.getImageData(width / 2, height * (middle - 0.15), 1, height * 0.3).data ?? [];
    return column.filter((value, index) => index % 4 === 0 && value < 128).length;
  }, y);

test('a pen that presses harder draws a wider line', async ({ page, studio }) => {
  await page.goto(`${studio.url}/#/canvas`);
  await page.getByRole('button', { name: /512/ }).first().click();
  await page.keyboard.press('p');
  const box = await sheet(page).boundingBox();
  if (!box) throw new Error('no sheet');
  const browser = await page.context().newCDPSession(page);
  const draw = async (y: number, force: number) => {
    const pen = { pointerType: 'pen', button: 'left', force } as const;
    const at = (share: number) => ({ x: box.x + box.width * share, y: box.y + box.height * y });
    await browser.send('Input.dispatchMouseEvent', { type: 'mousePressed', clickCount: 1, ...pen, ...at(0.3) });
    for (const share of [0.4, 0.5, 0.6, 0.7])
      await browser.send('Input.dispatchMouseEvent', { type: 'mouseMoved', buttons: 1, ...pen, ...at(share) });
    await browser.send('Input.dispatchMouseEvent', { type: 'mouseReleased', clickCount: 1, ...pen, ...at(0.7) });
  };
  await draw(0.25, 0.2);
  await draw(0.75, 1);
  await expect.poll(() => widthOfLine(page, 0.75)).toBeGreaterThan(40);
  const [light, heavy] = [await widthOfLine(page, 0.25), await widthOfLine(page, 0.75)];
  expect(light / heavy).toBeCloseTo(0.3 + 0.7 * 0.2, 1);
});

test('a finger draws too', async ({ browser, studio }) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 }, locale: 'en-GB' });
  const page = await context.newPage();
  await openPhotograph(page, studio.url);
  await sheet(page).tap({ position: { x: 60, y: 60 } });
  await expect(page.getByRole('button', { name: 'No mask' })).toBeEnabled();
  await context.close();
});

test('edits are asked for in words, in English and Chinese', async ({ page, studio }) => {
  await openPhotograph(page, studio.url);
  await expect.poll(() => colourAt(page, 0.3, 0.3)).not.toEqual([255, 255, 255]);
  const before = await colourAt(page, 0.3, 0.3);
  expect(new Set(before).size).toBeGreaterThan(1);
  const words = page.getByRole('textbox', { name: 'Say what to change' });
  const said = page.locator('#instruction-plan');

  await words.fill('add a dog');
  await expect(said).toContainText('was not understood');
  await words.press('Enter');
  await words.fill('make it black and white');
  await expect(said).toHaveText('Filter and draw: black and white (Chain saturation:-1).');
  await words.press('Enter');
  await expect(page.getByText('Layers 2')).toBeVisible();
  await expect.poll(async () => new Set(await colourAt(page, 0.3, 0.3)).size).toBe(1);
  await expect(said).toContainText('Undo takes it back');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(() => colourAt(page, 0.3, 0.3)).toEqual(before);

  await page.getByRole('button', { name: '中文' }).click();
  await page.getByRole('textbox', { name: '说说要改什么' }).fill('把画面变成反色');
  await expect(said).toHaveText('滤镜与笔触：反色（滤镜：invert）。');
  await page.getByRole('button', { name: '执行' }).click();
  await expect.poll(() => colourAt(page, 0.3, 0.3)).toEqual(before.map((value) => expect.closeTo(255 - value, -1)));
});

test('a larger picture makes the sheet larger', async ({ page, studio }) => {
  await openPhotograph(page, studio.url);
  const width = Number(/(\d+) by/.exec((await sheet(page).getAttribute('aria-label')) ?? '')?.[1]);
  await page.getByRole('textbox', { name: 'Say what to change' }).fill('1.5 times larger');
  await page.getByRole('button', { name: 'Do it' }).click();
  await expect(sheet(page)).toHaveAccessibleName(new RegExp(`^The sheet, ${Math.round(width * 1.5)} by `));
});
