// How long a newcomer waits for a first picture: INKSTONE=path/to/inkstone node tools/first_picture.mjs [WORDS]. Starts the server over an empty
// folder, opens its page in Chromium, types the words as fast as a person does, and says when what was there.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const program = process.env.INKSTONE ?? '../build/release/src/cli/inkstone';
const words = process.argv[2] ?? 'a red fox';
const perLetter = 120; // milliseconds
const folder = mkdtempSync(join(tmpdir(), 'inkstone-first-'));
const started = performance.now();
const tell = (what) => process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s: ${what}\n`);

const server = spawn(program, ['serve', '--listen-port', '0', '--folder', folder], {
  env: { ...process.env, INKSTONE_HOME: folder },
});
const url = await new Promise((found, fail) => {
  let said = '';
  server.stderr.on('data', (text) => {
    said += text;
    const listens = /Inkstone listens on (\S+)\//.exec(said);
    if (listens) found(listens[1]);
  });
  server.on('exit', () => fail(new Error(said)));
});
tell('the server listens');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const page = await browser.newPage({ locale: 'en-GB' });
  tell('the browser is there');
  await page.goto(url);
  const field = page.getByLabel('What shall be seen?');
  await field.waitFor();
  tell('the page can be used');
  await field.pressSequentially(words, { delay: perLetter });
  await page.keyboard.press('Enter');
  tell('the words are sent');
  await page.getByRole('img', { name: `Painted: ${words}` }).waitFor({ timeout: 300_000 });
  tell('the picture is there');
} finally {
  await browser.close();
  server.removeAllListeners('exit');
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
