// Every page for everybody: axe-core finds nothing in light and dark, wide and on a telephone; nothing overflows, nothing is asked of
// another machine, nothing breaks the content security policy; a keyboard alone reaches everything.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './studio.ts';

const pages = ['start', 'paint', 'canvas', 'style', 'gallery', 'train', 'queue', 'models'];
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

async function expectClean(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(400);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(violations.map(({ id, nodes }) => [name, id, nodes.map(({ html }) => html)])).toEqual([]);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect([name, beyond]).toEqual([name, 0]);
}

test.beforeAll(async ({ studio }) => {
  await studio.done(await studio.submit('paint', { model: 'procedural/julia', width: 128, height: 96 }));
});

for (const colorScheme of ['light', 'dark'] as const)
  for (const viewport of sizes)
    test(`axe-core, ${colorScheme}, ${viewport.width} px`, async ({ browser, studio }) => {
      const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB' });
      const page = await context.newPage();
      const foreign: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(studio.url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
      });
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      const id = await studio.firstPicture();
      for (const name of [...pages, `picture/${id}`, `relief/${id}`, `sphere/${id}`]) {
        await page.goto(`${studio.url}/#/${name}`);
        await expect(page.locator('main h1').first()).toBeAttached();
        await expectClean(page, name);
      }
      expect(foreign).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    });

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe-core before signing in, ${colorScheme}`, async ({ browser, studio }) => {
    const context = await browser.newContext({ viewport: sizes[1] ?? null, colorScheme, locale: 'en-GB' });
    const page = await context.newPage();
    await page.route('**/v1/capabilities', (asked) => asked.fulfill({ status: 401, json: { detail: 'no token' } }));
    await page.goto(studio.url);
    await expect(page.getByRole('button', { name: 'Open' })).toBeVisible();
    await expectClean(page, 'sign-in');
    await context.close();
  });

test('the first load is under 200 kB', async ({ page, studio }) => {
  let bytes = 0;
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const code = new Set<string>();
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (['Document', 'Script', 'Stylesheet'].includes(type)) code.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (code.has(requestId)) bytes += encodedDataLength;
  });
  await page.goto(`${studio.url}/#/paint`);
  await expect(page.getByLabel('What to do')).toBeVisible();
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(200_000);
});

test('a keyboard alone paints a picture', async ({ page, studio }) => {
  await page.goto(`${studio.url}/#/paint?task=paint`);
  await expect(page.getByLabel('What to do')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
  for (
    let i = 0;
    i < 40 && !(await page.getByLabel('Model', { exact: true }).evaluate((field) => field === document.activeElement));
    ++i
  )
    await page.keyboard.press('Tab');
  await page.keyboard.type('procedural/worley');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('img', { name: /^Painted:.*worley/ })).toBeVisible({ timeout: 60_000 });
});

test('language and colours are chosen and kept', async ({ page, studio }) => {
  await page.goto(studio.url);
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('heading', { name: '今天画什么？' })).toBeVisible();
  await page.getByRole('button', { name: '颜色：跟随系统' }).click();
  await page.getByRole('button', { name: '颜色：浅色' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});
