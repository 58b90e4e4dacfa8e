// A stand-in for `inkstone serve` while the page is drawn: `npm run mock`. Tasks, jobs that take a few seconds, events, pictures. It
// knows nothing of painting and holds everything in memory.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import type { Plugin } from 'vite';
import type { Job, Picture, Request } from '../src/api/types.ts';
import { capabilities, models } from './studio.ts';

const folder = join(import.meta.dirname, '../public/recipes');
const shipped = join(import.meta.dirname, '../../assets/recipes');
const files = new Map<string, { bytes: Buffer; type: string }>();
const jobs = new Map<string, Job>();
const listeners = new Set<ServerResponse>();
let events = 0;
let made = 0;

function store(bytes: Buffer, type: string, name: string): Picture {
  const id = createHash('sha256').update(bytes).digest('hex');
  files.set(id, { bytes, type });
  const url = `/v1/pictures/${id}`;
  return {
    id,
    url,
    thumbnail: `${url}/thumbnail?size=256`,
    width: 512,
    height: 384,
    media_type: type,
    bytes: bytes.length,
    name,
  };
}

function tell(event: string, data: unknown): void {
  const text = `id: ${++events}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  for (const listener of listeners) listener.write(text);
}

function samplePicture(): Picture {
  const names = readdirSync(folder).filter((name) => name.endsWith('.webp'));
  const name = names[made++ % names.length] ?? '';
  return store(readFileSync(join(folder, name)), 'image/webp', name);
}

function submit(task: string, request: Request): Job {
  const id = `01K${String(jobs.size).padStart(23, '0')}`;
  const job: Job = {
    id,
    task,
    state: 'queued',
    priority: 0,
    place: jobs.size,
    attempts: 1,
    created: new Date().toISOString(),
    started: new Date().toISOString(),
    finished: null,
    progress: { stage: '', step: 0, total: 40, seconds_left: -1, values: {} },
    preview: null,
    pictures: [],
    report: null,
    error: null,
    request,
    model: String(request['model'] ?? ''),
    prompt: String(request['prompt'] ?? ''),
    tags: '',
    parents: Object.values(request)
      .flat()
      .map(String)
      .filter((value) => files.has(value)),
    owner: 'local',
  };
  jobs.set(id, job);
  tell('state', job);
  work(job);
  return job;
}

function work(job: Job): void {
  const timer = setInterval(() => {
    if (job.state !== 'queued' && job.state !== 'running') return clearInterval(timer);
    const { progress } = job;
    job.state = 'running';
    job.progress = { ...progress, stage: job.task, step: progress.step + 1, seconds_left: (40 - progress.step) / 10 };
    tell('progress', { job: job.id, ...job.progress });
    if (progress.step < 40) return;
    clearInterval(timer);
    job.state = 'done';
    job.finished = new Date().toISOString();
    if (job.task !== 'train') job.pictures = [samplePicture()];
    tell('state', job);
  }, 100);
}

const json = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
};

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function listen(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': here\n\n');
  listeners.add(response);
  response.on('close', () => listeners.delete(response));
}

function curve(job: Job): { step: number; loss: number; rate: number }[] {
  return Array.from({ length: job.progress.step * 10 }, (_, step) => ({
    step,
    loss: 2 * Math.exp(-step / 90) + 0.2 + 0.08 * Math.sin(step * 1.7),
    rate: 1e-3,
  }));
}

async function answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const [, first, second = '', third = ''] = path.split('/');
  const job = jobs.get(second);
  if (path === '/capabilities') return json(response, capabilities);
  if (path === '/models') return json(response, { models });
  if (path === '/recipes') return json(response, JSON.parse(readFileSync(join(shipped, 'recipes.json'), 'utf8')));
  if (first === 'recipes') return picture(response, readFileSync(join(shipped, basename(path))), 'image/webp');
  if (path === '/events') return listen(response);
  if (path === '/runs') return json(response, { runs: [] });
  if (first === 'runs' && third === 'metrics') return json(response, { rows: job ? curve(job) : [] });
  if (first === 'pictures') return pictures(request, response, second, third);
  if (path === '/jobs' && request.method === 'POST') {
    const order = JSON.parse((await bodyOf(request)).toString()) as { task: string; request: Request };
    return json(response, submit(order.task, order.request), 201);
  }
  if (path === '/jobs') return json(response, { jobs: [...jobs.values()].reverse(), next: null });
  if (!job) return json(response, { title: 'not found', detail: `There is no ${path}.` }, 404);
  if (third === 'cancel') job.state = 'cancelled';
  if (third === 'pause') job.state = 'paused';
  if (third === 'resume' || third === 'retry') {
    job.state = 'queued';
    work(job);
  }
  if (request.method === 'DELETE') jobs.delete(second);
  tell('state', job);
  return json(response, job);
}

async function pictures(request: IncomingMessage, response: ServerResponse, id: string, rest: string): Promise<void> {
  if (request.method === 'POST')
    return json(response, store(await bodyOf(request), request.headers['content-type'] ?? 'image/png', 'upload'), 201);
  const file = files.get(id);
  if (!file) return json(response, { title: 'not found', detail: 'There is no such picture.' }, 404);
  if (rest === 'recipe') return json(response, { painted: 'by nobody' });
  picture(response, file.bytes, file.type);
}

function picture(response: ServerResponse, bytes: Buffer, type: string): void {
  response.writeHead(200, { 'content-type': type });
  response.end(bytes);
}

export function mockServer(): Plugin {
  return {
    name: 'inkstone-mock',
    configureServer(server) {
      server.middlewares.use('/v1', (request, response) => {
        void answer(request, response, new URL(request.url ?? '/', 'http://mock').pathname);
      });
    },
  };
}
