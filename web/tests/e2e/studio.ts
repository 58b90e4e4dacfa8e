// A studio of its own for every test file: `inkstone serve` on a free port over an empty folder, stopped and started at will.
import { test as base, type Download } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = process.env['INKSTONE'] ?? '../build/release/src/cli/inkstone';
const source = process.env['SOURCE'] ?? join(import.meta.dirname, '../../..');
export const photograph = join(source, 'examples/home.jpg');
export const painting = join(source, 'examples/starry_night.jpg');

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

export class Studio {
  private child: ChildProcess | undefined;
  private said = '';
  readonly folder = mkdtempSync(join(tmpdir(), 'inkstone-page-'));
  readonly models = join(this.folder, 'models');

  private constructor(private readonly port: number) {}

  static async open(): Promise<Studio> {
    const studio = new Studio(await freePort());
    mkdirSync(studio.models);
    await studio.start();
    return studio;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const options = [
      'serve',
      '--listen-port',
      String(this.port),
      '--folder',
      this.folder,
      '--models-dir',
      this.models,
      '--drain',
      '0',
      '--lease',
      '2',
      '--threads',
      '1',
    ];
    this.child = spawn(program, options, { env: { ...process.env, OMP_NUM_THREADS: '1', INKSTONE_HOME: this.folder } });
    this.child.stderr?.on('data', (text) => (this.said += String(text)));
    for (let tries = 0; tries < 300; ++tries) {
      if (this.child.exitCode !== null) throw new Error(`inkstone serve ended: ${this.said}`);
      if (
        await fetch(`${this.url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`inkstone serve does not answer: ${this.said}`);
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  // What a test needs painted before it looks.
  async submit(task: string, request: Record<string, unknown>): Promise<string> {
    const response = await fetch(`${this.url}/v1/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ task, request }),
    });
    const job = (await response.json()) as { id?: string; detail?: string };
    if (!job.id) throw new Error(`${task} was refused: ${job.detail ?? response.status}`);
    return job.id;
  }

  async firstPicture(): Promise<string> {
    const response = await fetch(`${this.url}/v1/jobs?state=done`);
    const { jobs } = (await response.json()) as { jobs: { pictures: { id: string }[] }[] };
    return jobs.flatMap(({ pictures }) => pictures)[0]?.id ?? '';
  }

  async pictureOf(id: string): Promise<string> {
    await this.done(id);
    const response = await fetch(`${this.url}/v1/jobs/${id}`);
    return ((await response.json()) as { pictures: { id: string }[] }).pictures[0]?.id ?? '';
  }

  async bytesOf(picture: string): Promise<Buffer> {
    return Buffer.from(await (await fetch(`${this.url}/v1/pictures/${picture}`)).arrayBuffer());
  }

  async stateOf(id: string): Promise<string> {
    const response = await fetch(`${this.url}/v1/jobs/${id}`);
    return ((await response.json()) as { state: string }).state;
  }

  async done(id: string): Promise<void> {
    for (let tries = 0; tries < 600; ++tries) {
      const state = await this.stateOf(id);
      if (state === 'done') return;
      if (state === 'failed' || state === 'cancelled') throw new Error(`the job ${state}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the job took over a minute');
  }
}

export const test = base.extend<object, { studio: Studio }>({
  studio: [
    async ({}, use) => {
      const studio = await Studio.open();
      await use(studio);
      await studio.close();
    },
    { scope: 'worker' },
  ],
});
export { expect } from '@playwright/test';

export async function contentOf(download: Download): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
