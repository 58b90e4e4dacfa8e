// Screenshots of every page at 1440 and 390 px, light and dark: node tools/shots.mjs URL FOLDER [page ...]
import { mkdirSync } from 'node:fs';
import { chromium } from '@playwright/test';

const [url = 'http://127.0.0.1:5173', folder = '/tmp/shots', ...wanted] = process.argv.slice(2);
const pages = wanted.length ? wanted : ['start', 'paint', 'canvas', 'style', 'gallery', 'train', 'queue', 'models'];
const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const colorScheme of ['light', 'dark'])
  for (const [size, viewport] of Object.entries(sizes)) {
    const page = await browser.newPage({ viewport, colorScheme, locale: process.env.LOCALE ?? 'en-GB' });
    for (const name of pages) {
      await page.goto(`${url}/#/${name}`);
      await page.waitForTimeout(900);
      await page.screenshot({ path: `${folder}/${name.split(/[?/]/)[0]}-${size}-${colorScheme}.png` });
    }
    await page.close();
  }
await browser.close();
